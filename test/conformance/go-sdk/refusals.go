package main

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/kms/types"
)

// Exceptions that nothing else led to.
func (s *scene) refusals() {
	id, other := s.newKey(kms.CreateKeyInput{}).KeyId, s.newKey(kms.CreateKeyInput{}).KeyId
	sealed := must(s.home.Encrypt(s.ctx, &kms.EncryptInput{KeyId: id, Plaintext: file})).CiphertextBlob
	refused[*types.IncorrectKeyException](s)(
		s.home.Decrypt(s.ctx, &kms.DecryptInput{KeyId: other, CiphertextBlob: sealed}))
	refused[*types.InvalidKeyUsageException](s)(s.home.Sign(s.ctx, &kms.SignInput{
		KeyId: id, Message: file, SigningAlgorithm: types.SigningAlgorithmSpecEcdsaSha256,
	}))
	refused[*types.InvalidAliasNameException](s)(
		s.home.CreateAlias(s.ctx, &kms.CreateAliasInput{AliasName: aws.String("alias/aws/go"), TargetKeyId: id}))
	refused[*types.InvalidArnException](s)(
		s.home.DescribeKey(s.ctx, &kms.DescribeKeyInput{KeyId: aws.String("arn:aws:s3:::bucket")}))
	refused[*types.InvalidMarkerException](s)(s.home.ListKeys(s.ctx, &kms.ListKeysInput{Marker: aws.String("x")}))
	refused[*types.MalformedPolicyDocumentException](s)(
		s.home.CreateKey(s.ctx, &kms.CreateKeyInput{Policy: aws.String("{")}))
	refused[*types.TagException](s)(s.home.TagResource(s.ctx, &kms.TagResourceInput{
		KeyId: id, Tags: []types.Tag{{TagKey: aws.String("aws:a"), TagValue: aws.String("b")}},
	}))
	refused[*types.UnsupportedOperationException](s)(s.home.GetPublicKey(s.ctx, &kms.GetPublicKeyInput{KeyId: id}))
	s.refuseKeyStores()
	s.answered()
}

// What the service has not: its exception is of no type here, for the model does not list it.
func (s *scene) refuseKeyStores() {
	id := aws.String("cks-1")
	for _, code := range []string{
		codeOf(s.home.ConnectCustomKeyStore(s.ctx, &kms.ConnectCustomKeyStoreInput{CustomKeyStoreId: id})),
		codeOf(s.home.CreateCustomKeyStore(s.ctx, &kms.CreateCustomKeyStoreInput{CustomKeyStoreName: id})),
		codeOf(s.home.DeleteCustomKeyStore(s.ctx, &kms.DeleteCustomKeyStoreInput{CustomKeyStoreId: id})),
		codeOf(s.home.DescribeCustomKeyStores(s.ctx, &kms.DescribeCustomKeyStoresInput{})),
		codeOf(s.home.DisconnectCustomKeyStore(s.ctx, &kms.DisconnectCustomKeyStoreInput{CustomKeyStoreId: id})),
		codeOf(s.home.UpdateCustomKeyStore(s.ctx, &kms.UpdateCustomKeyStoreInput{CustomKeyStoreId: id})),
	} {
		check(code == "UnsupportedOperationException", "a key store that is not there, not "+code)
	}
}

// What a working service does not answer.
func (s *scene) answered() {
	id := aws.String("alias/any")
	refused[*types.KeyUnavailableException](s)(s.standIn.Encrypt(s.ctx, &kms.EncryptInput{KeyId: id, Plaintext: file}))
	refused[*types.KMSInternalException](s)(s.standIn.GenerateRandom(s.ctx, &kms.GenerateRandomInput{}))
	refused[*types.DependencyTimeoutException](s)(s.standIn.ListKeys(s.ctx, &kms.ListKeysInput{}))
	refused[*types.ExpiredImportTokenException](s)(s.standIn.ImportKeyMaterial(s.ctx, &kms.ImportKeyMaterialInput{
		KeyId: id, ImportToken: file, EncryptedKeyMaterial: file,
	}))
}
