package main

import (
	"bytes"
	"crypto"
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/mlkem"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1"
	_ "crypto/sha256"
	"crypto/sha512"
	"crypto/x509"
	"fmt"
	"hash"
	"log"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/kms/types"
)

// Keys of every spec and usage that the SDK knows, used with every algorithm that the service says they have.
func (s *scene) everySpec() {
	for _, spec := range types.KeySpec("").Values() {
		for _, usage := range types.KeyUsageType("").Values() {
			made, err := s.home.CreateKey(s.ctx, &kms.CreateKeyInput{KeySpec: spec, KeyUsage: usage})
			if err != nil {
				check(codeOf(made, err) == "ValidationException", fmt.Sprint(spec, " for ", usage, ": ", err))
				continue
			}
			s.useWithAll(made.KeyMetadata)
		}
	}
}

func (s *scene) useWithAll(key *types.KeyMetadata) {
	for _, algorithm := range key.EncryptionAlgorithms {
		s.encryptWith(key, algorithm)
		s.note(key, string(algorithm))
	}
	for _, algorithm := range key.SigningAlgorithms {
		s.signWith(key, algorithm)
		s.note(key, string(algorithm))
	}
	for _, algorithm := range key.MacAlgorithms {
		s.macWith(key, algorithm)
		s.note(key, string(algorithm))
	}
	for _, algorithm := range key.KeyAgreementAlgorithms {
		s.agreeWith(key, algorithm)
		s.note(key, string(algorithm))
	}
	for _, algorithm := range key.EncapsulationAlgorithms {
		s.encapsulateWith(key, algorithm)
		s.note(key, string(algorithm))
	}
}

func (s *scene) note(key *types.KeyMetadata, algorithm string) {
	s.uses = append(s.uses, fmt.Sprintf("%s %s %s", key.KeySpec, key.KeyUsage, algorithm))
}

func (s *scene) spki(key *types.KeyMetadata) []byte {
	return must(s.home.GetPublicKey(s.ctx, &kms.GetPublicKeyInput{KeyId: key.KeyId})).PublicKey
}

// The public key, where Go's library reads keys of its kind.
func (s *scene) publicKey(key *types.KeyMetadata) any {
	read, err := x509.ParsePKIXPublicKey(s.spki(key))
	if err != nil {
		return nil
	}
	return read
}

func (s *scene) encryptWith(key *types.KeyMetadata, algorithm types.EncryptionAlgorithmSpec) {
	sealed := must(s.home.Encrypt(s.ctx, &kms.EncryptInput{
		KeyId: key.KeyId, Plaintext: file, EncryptionAlgorithm: algorithm,
	})).CiphertextBlob
	ciphertexts := [][]byte{sealed}
	if strings.HasPrefix(string(algorithm), "RSAES") {
		var digest hash.Hash = sha1.New()
		if algorithm == types.EncryptionAlgorithmSpecRsaesOaepSha256 {
			digest = crypto.SHA256.New()
		}
		public, ok := s.publicKey(key).(*rsa.PublicKey)
		check(ok, "an RSA key")
		ciphertexts = append(ciphertexts, must(rsa.EncryptOAEP(digest, rand.Reader, public, file, nil)))
	}
	for _, ciphertext := range ciphertexts {
		opened := must(s.home.Decrypt(s.ctx, &kms.DecryptInput{
			KeyId: key.KeyId, CiphertextBlob: ciphertext, EncryptionAlgorithm: algorithm,
		}))
		check(bytes.Equal(opened.Plaintext, file), fmt.Sprint("decrypted with ", algorithm))
	}
}

func (s *scene) signWith(key *types.KeyMetadata, algorithm types.SigningAlgorithmSpec) {
	message, kind := file, types.MessageTypeRaw
	if algorithm == types.SigningAlgorithmSpecEd25519PhSha512 {
		digest := sha512.Sum512(file)
		message, kind = digest[:], types.MessageTypeDigest
	}
	signature := must(s.home.Sign(s.ctx, &kms.SignInput{
		KeyId: key.KeyId, Message: message, MessageType: kind, SigningAlgorithm: algorithm,
	})).Signature
	verify := kms.VerifyInput{
		KeyId: key.KeyId, Message: message, MessageType: kind, SigningAlgorithm: algorithm, Signature: signature,
	}
	check(must(s.home.Verify(s.ctx, &verify)).SignatureValid, fmt.Sprint("verified with ", algorithm))
	s.verifyHere(key, algorithm, message, signature)
	verify.Message = bytes.Repeat([]byte{1}, len(message))
	refused[*types.KMSInvalidSignatureException](s)(s.home.Verify(s.ctx, &verify))
}

// What Go's own library says of a signature.
func (s *scene) verifyHere(key *types.KeyMetadata, algorithm types.SigningAlgorithmSpec, message, signature []byte) {
	var valid bool
	switch public := s.publicKey(key).(type) {
	case *rsa.PublicKey:
		hashed, digest := digestFor(algorithm, message)
		if strings.HasPrefix(string(algorithm), "RSASSA_PSS") {
			options := rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash}
			valid = rsa.VerifyPSS(public, hashed, digest, signature, &options) == nil
		} else {
			valid = rsa.VerifyPKCS1v15(public, hashed, digest, signature) == nil
		}
	case *ecdsa.PublicKey:
		_, digest := digestFor(algorithm, message)
		valid = ecdsa.VerifyASN1(public, digest, signature)
	case ed25519.PublicKey:
		options := ed25519.Options{}
		if algorithm == types.SigningAlgorithmSpecEd25519PhSha512 {
			options.Hash = crypto.SHA512
		}
		valid = ed25519.VerifyWithOptions(public, message, signature, &options) == nil
	default:
		// Go's library has no secp256k1, SM2 and ML-DSA.
		check(!strings.HasPrefix(string(key.KeySpec), "RSA"), fmt.Sprint("a public key of ", key.KeySpec))
		return
	}
	check(valid, fmt.Sprint("verified by Go's library: ", algorithm))
}

func digestFor(algorithm types.SigningAlgorithmSpec, message []byte) (crypto.Hash, []byte) {
	name := string(algorithm)
	hashed, known := map[string]crypto.Hash{"256": crypto.SHA256, "384": crypto.SHA384, "512": crypto.SHA512}[name[len(name)-3:]]
	if !known {
		log.Panic("no hash of ", name)
	}
	digest := hashed.New()
	digest.Write(message)
	return hashed, digest.Sum(nil)
}

func (s *scene) macWith(key *types.KeyMetadata, algorithm types.MacAlgorithmSpec) {
	mac := must(s.home.GenerateMac(s.ctx, &kms.GenerateMacInput{KeyId: key.KeyId, Message: file, MacAlgorithm: algorithm})).Mac
	verify := kms.VerifyMacInput{KeyId: key.KeyId, Message: file, MacAlgorithm: algorithm, Mac: mac}
	check(must(s.home.VerifyMac(s.ctx, &verify)).MacValid, fmt.Sprint("verified with ", algorithm))
	verify.Message = []byte("another file")
	refused[*types.KMSInvalidMacException](s)(s.home.VerifyMac(s.ctx, &verify))
}

func (s *scene) agreeWith(key *types.KeyMetadata, algorithm types.KeyAgreementAlgorithmSpec) {
	derive := func(id *string, peer []byte) []byte {
		return must(s.home.DeriveSharedSecret(s.ctx, &kms.DeriveSharedSecretInput{
			KeyId: id, KeyAgreementAlgorithm: algorithm, PublicKey: peer,
		})).SharedSecret
	}
	peer := s.newKey(kms.CreateKeyInput{KeySpec: key.KeySpec, KeyUsage: key.KeyUsage})
	secret := derive(key.KeyId, s.spki(peer))
	check(len(secret) >= 32 && bytes.Equal(secret, derive(peer.KeyId, s.spki(key))), "a secret of two keys")
	public, ok := s.publicKey(key).(*ecdsa.PublicKey)
	if !ok {
		check(key.KeySpec == types.KeySpecSm2, "a key of a NIST curve")
		return
	}
	theirs := must(public.ECDH())
	own := must(theirs.Curve().GenerateKey(rand.Reader))
	spki := must(x509.MarshalPKIXPublicKey(own.Public().(*ecdh.PublicKey)))
	check(bytes.Equal(derive(key.KeyId, spki), must(own.ECDH(theirs))), "a secret shared with Go's library")
}

func (s *scene) encapsulateWith(key *types.KeyMetadata, algorithm types.EncapsulationAlgorithmSpec) {
	open := func(ciphertext []byte) []byte {
		return must(s.home.Decapsulate(s.ctx, &kms.DecapsulateInput{
			KeyId: key.KeyId, EncapsulationAlgorithm: algorithm, SharedSecretCiphertextBlob: ciphertext,
		})).SharedSecret
	}
	made := must(s.home.Encapsulate(s.ctx, &kms.EncapsulateInput{KeyId: key.KeyId, EncapsulationAlgorithm: algorithm}))
	check(len(made.SharedSecret) == 32 && bytes.Equal(open(made.SharedSecretCiphertextBlob), made.SharedSecret), "a secret")
	// The key is what the SubjectPublicKeyInfo ends with.
	spki := s.spki(key)
	switch key.KeySpec {
	case types.KeySpecMlKem768:
		public := must(mlkem.NewEncapsulationKey768(spki[len(spki)-mlkem.EncapsulationKeySize768:]))
		secret, ciphertext := public.Encapsulate()
		check(bytes.Equal(open(ciphertext), secret), "a secret of Go's library")
	case types.KeySpecMlKem1024:
		public := must(mlkem.NewEncapsulationKey1024(spki[len(spki)-mlkem.EncapsulationKeySize1024:]))
		secret, ciphertext := public.Encapsulate()
		check(bytes.Equal(open(ciphertext), secret), "a secret of Go's library")
	}
}

// Pairs of every spec under a symmetric key.
func (s *scene) dataKeyPairs() {
	id := s.newKey(kms.CreateKeyInput{}).KeyId
	for _, spec := range types.DataKeyPairSpec("").Values() {
		made := must(s.home.GenerateDataKeyPair(s.ctx, &kms.GenerateDataKeyPairInput{KeyId: id, KeyPairSpec: spec}))
		private := s.open(made.PrivateKeyCiphertextBlob)
		check(bytes.Equal(private, made.PrivateKeyPlaintext), fmt.Sprint("the private key of a pair: ", spec))
		if read, err := x509.ParsePKCS8PrivateKey(private); err == nil {
			signer, ok := read.(crypto.Signer)
			check(ok, "a key that signs")
			spki := must(x509.MarshalPKIXPublicKey(signer.Public()))
			check(bytes.Equal(spki, made.PublicKey), fmt.Sprint("the two halves of a pair: ", spec))
		}
	}
	bare := must(s.home.GenerateDataKeyPairWithoutPlaintext(s.ctx, &kms.GenerateDataKeyPairWithoutPlaintextInput{
		KeyId: id, KeyPairSpec: types.DataKeyPairSpecEccNistP256,
	}))
	check(len(bare.PublicKey) > 32 && len(bare.PrivateKeyCiphertextBlob) > 32, "a pair without plaintext")
}
