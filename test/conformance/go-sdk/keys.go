package main

import (
	"bytes"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/kms/types"
)

var (
	file  = []byte("a file")
	bound = map[string]string{"customer": "4711"}
)

func (s *scene) newKey(input kms.CreateKeyInput) *types.KeyMetadata {
	return must(s.home.CreateKey(s.ctx, &input)).KeyMetadata
}

func (s *scene) open(sealed []byte) []byte {
	return must(s.home.Decrypt(s.ctx, &kms.DecryptInput{CiphertextBlob: sealed})).Plaintext
}

// The first key, from its making to its end.
func (s *scene) lifeOfKey() {
	key := s.newKey(kms.CreateKeyInput{
		Description: aws.String("go"),
		Tags:        []types.Tag{{TagKey: aws.String("team"), TagValue: aws.String("a")}},
	})
	s.useKey(key)
	s.nameKey(key.KeyId)
	s.endKey(key.KeyId)
}

func (s *scene) useKey(key *types.KeyMetadata) {
	id := key.KeyId
	sealed := must(s.home.Encrypt(s.ctx, &kms.EncryptInput{KeyId: id, Plaintext: file, EncryptionContext: bound}))
	opened := must(s.home.Decrypt(s.ctx, &kms.DecryptInput{CiphertextBlob: sealed.CiphertextBlob, EncryptionContext: bound}))
	check(bytes.Equal(opened.Plaintext, file) && *opened.KeyId == *key.Arn, "decrypted by the key")
	refused[*types.InvalidCiphertextException](s)(
		s.home.Decrypt(s.ctx, &kms.DecryptInput{CiphertextBlob: sealed.CiphertextBlob}))
	moved := must(s.home.ReEncrypt(s.ctx, &kms.ReEncryptInput{
		CiphertextBlob: sealed.CiphertextBlob, SourceEncryptionContext: bound, DestinationKeyId: id,
	}))
	check(bytes.Equal(s.open(moved.CiphertextBlob), file), "re-encrypted without a context")
	whole := must(s.home.GenerateDataKey(s.ctx, &kms.GenerateDataKeyInput{KeyId: id, KeySpec: types.DataKeySpecAes256}))
	check(bytes.Equal(s.open(whole.CiphertextBlob), whole.Plaintext) && len(whole.Plaintext) == 32, "a data key")
	closed := must(s.home.GenerateDataKeyWithoutPlaintext(s.ctx, &kms.GenerateDataKeyWithoutPlaintextInput{
		KeyId: id, NumberOfBytes: aws.Int32(64),
	}))
	check(len(s.open(closed.CiphertextBlob)) == 64, "a data key without plaintext")
	random := must(s.home.GenerateRandom(s.ctx, &kms.GenerateRandomInput{NumberOfBytes: aws.Int32(17)}))
	check(len(random.Plaintext) == 17, "random bytes")
	last := must(s.home.GetKeyLastUsage(s.ctx, &kms.GetKeyLastUsageInput{KeyId: id}))
	check(last.KeyLastUsage.Operation == types.KeyLastUsageTrackingOperationDecrypt, "a last use")
	check(last.TrackingStartDate.Equal(*last.KeyCreationDate), "a use that is known from the beginning on")
}

func (s *scene) nameKey(id *string) {
	alias := aws.String("alias/go")
	other := s.newKey(kms.CreateKeyInput{}).KeyId
	must(s.home.CreateAlias(s.ctx, &kms.CreateAliasInput{AliasName: alias, TargetKeyId: other}))
	refused[*types.AlreadyExistsException](s)(
		s.home.CreateAlias(s.ctx, &kms.CreateAliasInput{AliasName: alias, TargetKeyId: other}))
	must(s.home.UpdateAlias(s.ctx, &kms.UpdateAliasInput{AliasName: alias, TargetKeyId: id}))
	aliases := must(s.home.ListAliases(s.ctx, &kms.ListAliasesInput{KeyId: id})).Aliases
	check(len(aliases) == 1 && *aliases[0].TargetKeyId == *id, "an alias that was moved")
	must(s.home.UpdateKeyDescription(s.ctx, &kms.UpdateKeyDescriptionInput{KeyId: id, Description: aws.String("orders")}))
	described := must(s.home.DescribeKey(s.ctx, &kms.DescribeKeyInput{KeyId: alias})).KeyMetadata
	check(*described.KeyId == *id && described.CreationDate.Year() > 2000, "a key by its alias")
	check(*described.Description == "orders", "a description")
	must(s.home.DeleteAlias(s.ctx, &kms.DeleteAliasInput{AliasName: alias}))
	pages := kms.NewListKeysPaginator(s.home, &kms.ListKeysInput{}, func(o *kms.ListKeysPaginatorOptions) { o.Limit = 1 })
	count := 0
	for pages.HasMorePages() {
		count += len(must(pages.NextPage(s.ctx)).Keys)
	}
	check(count == 3, fmt.Sprint("three keys in pages of one, not ", count))
	must(s.home.TagResource(s.ctx, &kms.TagResourceInput{
		KeyId: id, Tags: []types.Tag{{TagKey: aws.String("stage"), TagValue: aws.String("test")}},
	}))
	must(s.home.UntagResource(s.ctx, &kms.UntagResourceInput{KeyId: id, TagKeys: []string{"team"}}))
	tags := must(s.home.ListResourceTags(s.ctx, &kms.ListResourceTagsInput{KeyId: id})).Tags
	check(len(tags) == 1 && *tags[0].TagValue == "test", "tags")
	names := must(s.home.ListKeyPolicies(s.ctx, &kms.ListKeyPoliciesInput{KeyId: id})).PolicyNames
	check(len(names) == 1 && names[0] == "default", "one policy")
	policy := must(s.home.GetKeyPolicy(s.ctx, &kms.GetKeyPolicyInput{KeyId: id})).Policy
	check(contains(policy, "Statement"), "a key policy")
	must(s.home.PutKeyPolicy(s.ctx, &kms.PutKeyPolicyInput{KeyId: id, Policy: policy}))
}

func (s *scene) endKey(id *string) {
	encrypt := kms.EncryptInput{KeyId: id, Plaintext: file}
	must(s.home.DisableKey(s.ctx, &kms.DisableKeyInput{KeyId: id}))
	refused[*types.DisabledException](s)(s.home.Encrypt(s.ctx, &encrypt))
	must(s.home.EnableKey(s.ctx, &kms.EnableKeyInput{KeyId: id}))
	dry := kms.EncryptInput{KeyId: id, Plaintext: file, DryRun: aws.Bool(true)}
	refused[*types.DryRunOperationException](s)(s.home.Encrypt(s.ctx, &dry))
	refused[*types.DryRunOperationException](s)(s.home.Decrypt(s.ctx, &kms.DecryptInput{
		KeyId: id, DryRun: aws.Bool(true), DryRunModifiers: []types.DryRunModifierType{types.DryRunModifierTypeIgnoreCiphertext},
	}))
	must(s.home.ScheduleKeyDeletion(s.ctx, &kms.ScheduleKeyDeletionInput{KeyId: id, PendingWindowInDays: aws.Int32(7)}))
	refused[*types.KMSInvalidStateException](s)(s.home.Encrypt(s.ctx, &encrypt))
	must(s.home.CancelKeyDeletion(s.ctx, &kms.CancelKeyDeletionInput{KeyId: id}))
	state := must(s.home.DescribeKey(s.ctx, &kms.DescribeKeyInput{KeyId: id})).KeyMetadata.KeyState
	check(state == types.KeyStateDisabled, "a key that is disabled, its deletion taken back")
}
