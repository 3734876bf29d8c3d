// Log-verifier-cosignatures checks signatures and proofs with github.com/transparency-dev/formats, the Go code of the
// people who write the C2SP specifications. It knows the ML-DSA-44 signatures that golang.org/x/mod does not.
//
//	log-verifier-cosignatures CHECKPOINT PROOF VKEY...
//
// Every key must have signed the checkpoint, and the proof must be written back as it was. It prints the size, the
// root and the index of the proof, and exits with 1 otherwise.
package main

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"os"

	"github.com/transparency-dev/formats/log"
	formats "github.com/transparency-dev/formats/note"
	"github.com/transparency-dev/formats/proof"
	"golang.org/x/mod/sumdb/note"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) < 3 {
		return fmt.Errorf("usage: log-verifier-cosignatures CHECKPOINT PROOF VKEY...")
	}
	message, err := os.ReadFile(args[0])
	if err != nil {
		return err
	}
	var checkpoint *log.Checkpoint
	for _, vkey := range args[2:] {
		verifier, err := formats.NewVerifier(vkey)
		if err != nil {
			return err
		}
		checkpoint, err = open(message, verifier)
		if err != nil {
			return err
		}
	}
	index, err := readProof(args[1], message)
	if err != nil {
		return err
	}
	fmt.Println(checkpoint.Size, base64.StdEncoding.EncodeToString(checkpoint.Hash), index)
	return nil
}

func open(message []byte, verifier note.Verifier) (*log.Checkpoint, error) {
	checkpoint, rest, opened, err := log.ParseCheckpoint(message, verifier.Name(), verifier)
	if err != nil {
		return nil, err
	}
	if len(rest) != 0 || len(opened.Sigs) != 1 || opened.Sigs[0].Hash != verifier.KeyHash() {
		return nil, fmt.Errorf("the checkpoint has extension lines or another signature")
	}
	return checkpoint, nil
}

func readProof(path string, checkpoint []byte) (uint64, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return 0, err
	}
	var read proof.TLogProof
	if err := read.Unmarshal(text); err != nil {
		return 0, err
	}
	if !bytes.Equal(read.Marshal(), text) || !bytes.Equal(read.Checkpoint, checkpoint) {
		return 0, fmt.Errorf("%s is not written back as it was", path)
	}
	return read.Index, nil
}
