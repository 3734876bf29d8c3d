// Log-verifier checks the folder of a log with the code of Go's own checksum database, golang.org/x/mod/sumdb, which
// shares nothing with the packages of this repository.
//
//	log-verifier FOLDER VKEY [-since CHECKPOINT] [-proof FILE]
//
// It checks the signature of the checkpoint, the root from the bytes of all entries, every leaf in tiles that lead to
// that root, inclusion proofs, with -since the consistency with an older checkpoint, and with -proof an inclusion
// proof that somebody else has made. It prints the size and root that it has found, and exits with 1 otherwise.
package main

import (
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const tileHeight = 8
const tileWidth = 1 << tileHeight

// Inclusion proofs are computed for this many entries at most, spread over the log.
const proofsMax = 500

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) < 2 || len(args)%2 != 0 {
		return fmt.Errorf("usage: log-verifier FOLDER VKEY [-since CHECKPOINT] [-proof FILE]")
	}
	folder, vkey := args[0], args[1]
	tree, err := readCheckpoint(filepath.Join(folder, "checkpoint"), vkey)
	if err != nil {
		return err
	}
	entries, err := readEntries(folder, tree.N)
	if err != nil {
		return err
	}
	if err := checkRoot(tree, entries); err != nil {
		return err
	}
	hashes := tlog.TileHashReader(tree, folderTiles(folder))
	if err := checkLeaves(hashes, entries); err != nil {
		return err
	}
	if err := checkInclusion(tree, hashes, entries); err != nil {
		return err
	}
	for i := 2; i < len(args); i += 2 {
		switch args[i] {
		case "-since":
			err = checkConsistency(tree, hashes, args[i+1], vkey)
		case "-proof":
			err = checkProof(tree, entries, args[i+1])
		default:
			err = fmt.Errorf("unknown flag %s", args[i])
		}
		if err != nil {
			return err
		}
	}
	fmt.Println(tree.N, tree.Hash)
	return nil
}

func readCheckpoint(path, vkey string) (tlog.Tree, error) {
	verifier, err := note.NewVerifier(vkey)
	if err != nil {
		return tlog.Tree{}, err
	}
	message, err := os.ReadFile(path)
	if err != nil {
		return tlog.Tree{}, err
	}
	opened, err := note.Open(message, note.VerifierList(verifier))
	if err != nil {
		return tlog.Tree{}, fmt.Errorf("%s: %w", path, err)
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 4 || lines[0] != verifier.Name() || lines[3] != "" {
		return tlog.Tree{}, fmt.Errorf("%s: not three lines of the log %s", path, verifier.Name())
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil {
		return tlog.Tree{}, err
	}
	root, err := tlog.ParseHash(lines[2])
	return tlog.Tree{N: size, Hash: root}, err
}

// pathOf turns the path of a tile of the checksum database into that of tlog-tiles.
func pathOf(tile tlog.Tile) string {
	path := strings.TrimPrefix(tile.Path(), fmt.Sprintf("tile/%d/", tileHeight))
	if strings.HasPrefix(path, "data/") {
		path = "entries/" + strings.TrimPrefix(path, "data/")
	}
	return "tile/" + path
}

func readEntries(folder string, size int64) ([][]byte, error) {
	var entries [][]byte
	for n := int64(0); n*tileWidth < size; n++ {
		width := size - n*tileWidth
		if width > tileWidth {
			width = tileWidth
		}
		path := pathOf(tlog.Tile{H: tileHeight, L: -1, N: n, W: int(width)})
		bundle, err := os.ReadFile(filepath.Join(folder, path))
		if err != nil {
			return nil, err
		}
		for i := int64(0); i < width; i++ {
			if len(bundle) < 2 || len(bundle) < 2+int(binary.BigEndian.Uint16(bundle)) {
				return nil, fmt.Errorf("%s ends within entry %d", path, i)
			}
			end := 2 + int(binary.BigEndian.Uint16(bundle))
			entries = append(entries, bundle[2:end])
			bundle = bundle[end:]
		}
		if len(bundle) != 0 {
			return nil, fmt.Errorf("%s goes on after %d entries", path, width)
		}
	}
	return entries, nil
}

// checkRoot computes the root from the entries alone, without any tile.
func checkRoot(tree tlog.Tree, entries [][]byte) error {
	var stored []tlog.Hash
	reader := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		hashes := make([]tlog.Hash, 0, len(indexes))
		for _, index := range indexes {
			hashes = append(hashes, stored[index])
		}
		return hashes, nil
	})
	for i, entry := range entries {
		hashes, err := tlog.StoredHashes(int64(i), entry, reader)
		if err != nil {
			return err
		}
		stored = append(stored, hashes...)
	}
	root, err := tlog.TreeHash(tree.N, reader)
	if err != nil {
		return err
	}
	// Older versions give the empty tree a hash of zeros instead of that of RFC 6962.
	if tree.N > 0 && root != tree.Hash {
		return fmt.Errorf("the entries lead to the root %v, the checkpoint has %v", root, tree.Hash)
	}
	return nil
}

// folderTiles reads tiles from files, for TileHashReader to authenticate.
type folderTiles string

func (folder folderTiles) Height() int { return tileHeight }

func (folder folderTiles) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	data := make([][]byte, 0, len(tiles))
	for _, tile := range tiles {
		bytes, err := os.ReadFile(filepath.Join(string(folder), pathOf(tile)))
		if err != nil {
			return nil, err
		}
		data = append(data, bytes)
	}
	return data, nil
}

func (folder folderTiles) SaveTiles([]tlog.Tile, [][]byte) {}

// checkLeaves compares every leaf hash of the authenticated tiles with its entry.
func checkLeaves(hashes tlog.HashReader, entries [][]byte) error {
	for first := 0; first < len(entries); first += tileWidth {
		var indexes []int64
		for i := first; i < len(entries) && i < first+tileWidth; i++ {
			indexes = append(indexes, tlog.StoredHashIndex(0, int64(i)))
		}
		leaves, err := hashes.ReadHashes(indexes)
		if err != nil {
			return err
		}
		for i, leaf := range leaves {
			if leaf != tlog.RecordHash(entries[first+i]) {
				return fmt.Errorf("entry %d does not have the hash of its tile", first+i)
			}
		}
	}
	return nil
}

func checkInclusion(tree tlog.Tree, hashes tlog.HashReader, entries [][]byte) error {
	step := int64(len(entries)/proofsMax + 1)
	for i := int64(0); i < tree.N; i += step {
		proof, err := tlog.ProveRecord(tree.N, i, hashes)
		if err != nil {
			return err
		}
		if err := tlog.CheckRecord(proof, tree.N, tree.Hash, i, tlog.RecordHash(entries[i])); err != nil {
			return err
		}
	}
	return nil
}

func checkConsistency(tree tlog.Tree, hashes tlog.HashReader, path, vkey string) error {
	older, err := readCheckpoint(path, vkey)
	if err != nil {
		return err
	}
	proof, err := tlog.ProveTree(tree.N, older.N, hashes)
	if err != nil {
		return err
	}
	return tlog.CheckTree(proof, tree.N, tree.Hash, older.N, older.Hash)
}

// checkProof reads the index and the hashes of a tlog-proof; the checkpoint in it is that of the folder.
func checkProof(tree tlog.Tree, entries [][]byte, path string) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	lines := strings.Split(string(text), "\n")
	if len(lines) < 3 || lines[0] != "c2sp.org/tlog-proof@v1" {
		return fmt.Errorf("%s is not a tlog-proof", path)
	}
	index, err := strconv.ParseInt(strings.TrimPrefix(lines[1], "index "), 10, 64)
	if err != nil || index >= int64(len(entries)) {
		return fmt.Errorf("%s does not name an entry of the log", path)
	}
	var proof tlog.RecordProof
	for _, line := range lines[2:] {
		if line == "" {
			break
		}
		bytes, err := base64.StdEncoding.DecodeString(line)
		if err != nil || len(bytes) != tlog.HashSize {
			return fmt.Errorf("%s has a line that is not a hash", path)
		}
		var hash tlog.Hash
		copy(hash[:], bytes)
		proof = append(proof, hash)
	}
	return tlog.CheckRecord(proof, tree.N, tree.Hash, index, tlog.RecordHash(entries[index]))
}
