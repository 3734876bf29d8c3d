// Drives the service with the AWS SDK for Go v2, unmodified, by every operation that the service has. Settings come from
// the environment alone. Prints one line of JSON.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"os"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/kms/types"
	"github.com/aws/smithy-go"
)

func must[T any](value T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return value
}

func check(ok bool, what string) {
	if !ok {
		log.Fatal("not so: " + what)
	}
}

// The code of the error that a call must end with.
func codeOf[T any](_ T, err error) string {
	var failed smithy.APIError
	if !errors.As(err, &failed) {
		log.Fatal("the call did not fail as it should: ", err)
	}
	return failed.ErrorCode()
}

func main() {
	ctx := context.Background()
	client := kms.NewFromConfig(must(config.LoadDefaultConfig(ctx)))
	key := must(client.CreateKey(ctx, &kms.CreateKeyInput{
		Description: aws.String("go"),
		Tags:        []types.Tag{{TagKey: aws.String("team"), TagValue: aws.String("a")}},
	})).KeyMetadata
	id := key.KeyId
	answer := map[string]any{}
	useKey(ctx, client, key, answer)
	nameKey(ctx, client, id)
	grantKey(ctx, client, id)
	endKey(ctx, client, id, answer)
	answer["unknownKey"] = codeOf(client.DescribeKey(ctx, &kms.DescribeKeyInput{KeyId: aws.String("alias/none")}))
	check(json.NewEncoder(os.Stdout).Encode(answer) == nil, "an answer")
}

func useKey(ctx context.Context, client *kms.Client, key *types.KeyMetadata, answer map[string]any) {
	id, file := key.KeyId, []byte("a file")
	bound := map[string]string{"customer": "4711"}
	sealed := must(client.Encrypt(ctx, &kms.EncryptInput{KeyId: id, Plaintext: file, EncryptionContext: bound}))
	opened := must(client.Decrypt(ctx, &kms.DecryptInput{CiphertextBlob: sealed.CiphertextBlob, EncryptionContext: bound}))
	check(bytes.Equal(opened.Plaintext, file) && *opened.KeyId == *key.Arn, "decrypted by the key")
	answer["wrongContext"] = codeOf(client.Decrypt(ctx, &kms.DecryptInput{CiphertextBlob: sealed.CiphertextBlob}))
	moved := must(client.ReEncrypt(ctx, &kms.ReEncryptInput{
		CiphertextBlob: sealed.CiphertextBlob, SourceEncryptionContext: bound, DestinationKeyId: id,
	}))
	opened = must(client.Decrypt(ctx, &kms.DecryptInput{CiphertextBlob: moved.CiphertextBlob}))
	check(bytes.Equal(opened.Plaintext, file), "re-encrypted without a context")
	whole := must(client.GenerateDataKey(ctx, &kms.GenerateDataKeyInput{KeyId: id, KeySpec: types.DataKeySpecAes256}))
	opened = must(client.Decrypt(ctx, &kms.DecryptInput{CiphertextBlob: whole.CiphertextBlob}))
	check(bytes.Equal(opened.Plaintext, whole.Plaintext) && len(whole.Plaintext) == 32, "a data key")
	closed := must(client.GenerateDataKeyWithoutPlaintext(ctx, &kms.GenerateDataKeyWithoutPlaintextInput{
		KeyId: id, NumberOfBytes: aws.Int32(64),
	}))
	opened = must(client.Decrypt(ctx, &kms.DecryptInput{CiphertextBlob: closed.CiphertextBlob}))
	check(len(opened.Plaintext) == 64, "a data key without plaintext")
	random := must(client.GenerateRandom(ctx, &kms.GenerateRandomInput{NumberOfBytes: aws.Int32(17)}))
	check(len(random.Plaintext) == 17, "random bytes")
}

func nameKey(ctx context.Context, client *kms.Client, id *string) {
	alias := aws.String("alias/go")
	other := must(client.CreateKey(ctx, &kms.CreateKeyInput{})).KeyMetadata.KeyId
	must(client.CreateAlias(ctx, &kms.CreateAliasInput{AliasName: alias, TargetKeyId: other}))
	must(client.UpdateAlias(ctx, &kms.UpdateAliasInput{AliasName: alias, TargetKeyId: id}))
	aliases := must(client.ListAliases(ctx, &kms.ListAliasesInput{KeyId: id})).Aliases
	check(len(aliases) == 1 && *aliases[0].TargetKeyId == *id, "an alias that was moved")
	described := must(client.DescribeKey(ctx, &kms.DescribeKeyInput{KeyId: alias})).KeyMetadata
	check(*described.KeyId == *id && described.CreationDate.Year() > 2000, "a key by its alias")
	must(client.DeleteAlias(ctx, &kms.DeleteAliasInput{AliasName: alias}))
	pages := kms.NewListKeysPaginator(client, &kms.ListKeysInput{}, func(o *kms.ListKeysPaginatorOptions) { o.Limit = 1 })
	count := 0
	for pages.HasMorePages() {
		count += len(must(pages.NextPage(ctx)).Keys)
	}
	check(count == 3, fmt.Sprint("three keys in pages of one, not ", count))
	must(client.TagResource(ctx, &kms.TagResourceInput{
		KeyId: id, Tags: []types.Tag{{TagKey: aws.String("stage"), TagValue: aws.String("test")}},
	}))
	must(client.UntagResource(ctx, &kms.UntagResourceInput{KeyId: id, TagKeys: []string{"team"}}))
	tags := must(client.ListResourceTags(ctx, &kms.ListResourceTagsInput{KeyId: id})).Tags
	check(len(tags) == 1 && *tags[0].TagValue == "test", "tags")
	policy := must(client.GetKeyPolicy(ctx, &kms.GetKeyPolicyInput{KeyId: id})).Policy
	check(strings.Contains(*policy, "Statement"), "a key policy")
	must(client.PutKeyPolicy(ctx, &kms.PutKeyPolicyInput{KeyId: id, Policy: policy}))
	rotation := must(client.GetKeyRotationStatus(ctx, &kms.GetKeyRotationStatusInput{KeyId: id}))
	check(!rotation.KeyRotationEnabled, "no rotation")
}

func grantKey(ctx context.Context, client *kms.Client, id *string) {
	app := aws.String(os.Getenv("GRANTEE"))
	input := kms.CreateGrantInput{
		KeyId: id, GranteePrincipal: app, RetiringPrincipal: app,
		Operations: []types.GrantOperation{types.GrantOperationDecrypt},
	}
	first := must(client.CreateGrant(ctx, &input))
	input.Name = aws.String("second")
	second := must(client.CreateGrant(ctx, &input))
	grants := must(client.ListGrants(ctx, &kms.ListGrantsInput{KeyId: id})).Grants
	check(len(grants) == 2, "two grants")
	retirable := must(client.ListRetirableGrants(ctx, &kms.ListRetirableGrantsInput{RetiringPrincipal: app})).Grants
	check(len(retirable) == 2, "two grants to retire")
	must(client.RevokeGrant(ctx, &kms.RevokeGrantInput{KeyId: id, GrantId: first.GrantId}))
	must(client.RetireGrant(ctx, &kms.RetireGrantInput{GrantToken: second.GrantToken}))
	grants = must(client.ListGrants(ctx, &kms.ListGrantsInput{KeyId: id})).Grants
	check(len(grants) == 0, "no grant any more")
}

func endKey(ctx context.Context, client *kms.Client, id *string, answer map[string]any) {
	must(client.DisableKey(ctx, &kms.DisableKeyInput{KeyId: id}))
	answer["disabled"] = codeOf(client.Encrypt(ctx, &kms.EncryptInput{KeyId: id, Plaintext: []byte("a")}))
	must(client.EnableKey(ctx, &kms.EnableKeyInput{KeyId: id}))
	dry := kms.EncryptInput{KeyId: id, Plaintext: []byte("a"), DryRun: aws.Bool(true)}
	answer["dryRun"] = codeOf(client.Encrypt(ctx, &dry))
	must(client.ScheduleKeyDeletion(ctx, &kms.ScheduleKeyDeletionInput{KeyId: id, PendingWindowInDays: aws.Int32(7)}))
	answer["pending"] = codeOf(client.Encrypt(ctx, &kms.EncryptInput{KeyId: id, Plaintext: []byte("a")}))
	must(client.CancelKeyDeletion(ctx, &kms.CancelKeyDeletionInput{KeyId: id}))
	state := must(client.DescribeKey(ctx, &kms.DescribeKeyInput{KeyId: id})).KeyMetadata.KeyState
	check(state == types.KeyStateDisabled, "a key that is disabled, its deletion taken back")
}
