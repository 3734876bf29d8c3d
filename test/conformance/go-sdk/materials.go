package main

import (
	"bytes"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/kms/types"
)

const (
	// A rotation is done within seconds.
	rotationMax  = 30 * time.Second
	rotationPoll = 50 * time.Millisecond
	// Together at most as many as a key takes in its life.
	rotationsAtOnce = 8
	rotationRounds  = 3
)

// Rotates, and waits until the service says that it is done.
func (s *scene) rotate(id *string) {
	must(s.home.RotateKeyOnDemand(s.ctx, &kms.RotateKeyOnDemandInput{KeyId: id}))
	s.waitForRotation(id)
}

func (s *scene) waitForRotation(id *string) {
	for end := time.Now().Add(rotationMax); time.Now().Before(end); time.Sleep(rotationPoll) {
		status := must(s.home.GetKeyRotationStatus(s.ctx, &kms.GetKeyRotationStatusInput{KeyId: id}))
		if status.OnDemandRotationStartDate == nil {
			return
		}
	}
	check(false, "a rotation that is done")
}

func (s *scene) rotation() {
	id := s.newKey(kms.CreateKeyInput{}).KeyId
	must(s.home.EnableKeyRotation(s.ctx, &kms.EnableKeyRotationInput{KeyId: id, RotationPeriodInDays: aws.Int32(180)}))
	status := must(s.home.GetKeyRotationStatus(s.ctx, &kms.GetKeyRotationStatusInput{KeyId: id}))
	check(status.KeyRotationEnabled && *status.RotationPeriodInDays == 180, "automatic rotation")
	must(s.home.DisableKeyRotation(s.ctx, &kms.DisableKeyRotationInput{KeyId: id}))
	sealed := must(s.home.Encrypt(s.ctx, &kms.EncryptInput{KeyId: id, Plaintext: file})).CiphertextBlob
	s.rotate(id)
	s.rotate(id)
	check(bytes.Equal(s.open(sealed), file), "decrypted after a rotation")
	pages := kms.NewListKeyRotationsPaginator(s.home, &kms.ListKeyRotationsInput{
		KeyId: id, IncludeKeyMaterial: types.IncludeKeyMaterialAllKeyMaterial,
	}, func(o *kms.ListKeyRotationsPaginatorOptions) { o.Limit = 1 })
	materials := map[string]types.RotationType{}
	for pages.HasMorePages() {
		for _, rotation := range must(pages.NextPage(s.ctx)).Rotations {
			materials[*rotation.KeyMaterialId] = rotation.RotationType
		}
	}
	check(len(materials) == 3, "three materials in pages of one")
	s.conflict()
}

// Of rotations that are asked for at once, one is in progress when another one is judged.
func (s *scene) conflict() {
	id := s.newKey(kms.CreateKeyInput{}).KeyId
	conflicts := 0
	for round := 0; round < rotationRounds && conflicts == 0; round++ {
		errs := make([]error, rotationsAtOnce)
		var group sync.WaitGroup
		for at := range errs {
			group.Go(func() { _, errs[at] = s.home.RotateKeyOnDemand(s.ctx, &kms.RotateKeyOnDemandInput{KeyId: id}) })
		}
		group.Wait()
		for _, err := range errs {
			if err != nil {
				refused[*types.ConflictException](s)(nil, err)
				conflicts++
			}
		}
		s.waitForRotation(id)
	}
	check(conflicts > 0, "a rotation while another one is in progress")
}

// What an import is asked with: material in its wrapping, and the token that goes with it.
func (s *scene) wrapped(id *string, material []byte) kms.ImportKeyMaterialInput {
	parameters := must(s.home.GetParametersForImport(s.ctx, &kms.GetParametersForImportInput{
		KeyId:             id,
		WrappingAlgorithm: types.AlgorithmSpecRsaesOaepSha256,
		WrappingKeySpec:   types.WrappingKeySpecRsa2048,
	}))
	public := must(x509.ParsePKIXPublicKey(parameters.PublicKey)).(*rsa.PublicKey)
	return kms.ImportKeyMaterialInput{
		KeyId:                id,
		ImportToken:          parameters.ImportToken,
		EncryptedKeyMaterial: must(rsa.EncryptOAEP(sha256.New(), rand.Reader, public, material, nil)),
		ExpirationModel:      types.ExpirationModelTypeKeyMaterialDoesNotExpire,
	}
}

func (s *scene) importInto(id *string, material []byte) {
	input := s.wrapped(id, material)
	must(s.home.ImportKeyMaterial(s.ctx, &input))
}

func (s *scene) importedMaterial() {
	id := s.newKey(kms.CreateKeyInput{Origin: types.OriginTypeExternal}).KeyId
	first, second := bytes.Repeat([]byte{1}, 32), bytes.Repeat([]byte{2}, 32)
	s.importInto(id, first)
	sealed := must(s.home.Encrypt(s.ctx, &kms.EncryptInput{KeyId: id, Plaintext: file})).CiphertextBlob
	input := s.wrapped(id, second)
	refused[*types.IncorrectKeyMaterialException](s)(s.home.ImportKeyMaterial(s.ctx, &input))
	input.ImportType = types.ImportTypeNewKeyMaterial
	input.KeyMaterialDescription = aws.String("the second")
	must(s.home.ImportKeyMaterial(s.ctx, &input))
	s.rotate(id)
	must(s.home.DeleteImportedKeyMaterial(s.ctx, &kms.DeleteImportedKeyMaterialInput{KeyId: id}))
	refused[*types.KMSInvalidStateException](s)(s.home.Decrypt(s.ctx, &kms.DecryptInput{CiphertextBlob: sealed}))
	s.importInto(id, second)
	check(bytes.Equal(s.open(sealed), file), "decrypted after its material was imported again")
	input.ImportToken = bytes.Repeat([]byte{1}, 100)
	refused[*types.InvalidImportTokenException](s)(s.home.ImportKeyMaterial(s.ctx, &input))
	s.importedMac(second)
}

// A MAC under imported material is the one that everybody else makes with it.
func (s *scene) importedMac(material []byte) {
	id := s.newKey(kms.CreateKeyInput{
		Origin: types.OriginTypeExternal, KeySpec: types.KeySpecHmac256, KeyUsage: types.KeyUsageTypeGenerateVerifyMac,
	}).KeyId
	s.importInto(id, material)
	made := must(s.home.GenerateMac(s.ctx, &kms.GenerateMacInput{
		KeyId: id, Message: file, MacAlgorithm: types.MacAlgorithmSpecHmacSha256,
	})).Mac
	own := hmac.New(sha256.New, material)
	own.Write(file)
	check(hmac.Equal(made, own.Sum(nil)), "a MAC of Go's library")
}
