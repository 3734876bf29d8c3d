package main

import (
	"bytes"
	"fmt"
	"os"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/kms/types"
)

func (s *scene) grants() {
	id, app := s.newKey(kms.CreateKeyInput{}).KeyId, aws.String(os.Getenv("GRANTEE"))
	input := kms.CreateGrantInput{
		KeyId: id, GranteePrincipal: app, RetiringPrincipal: app,
		Operations:  []types.GrantOperation{types.GrantOperationEncrypt, types.GrantOperationDecrypt},
		Constraints: &types.GrantConstraints{EncryptionContextSubset: bound},
	}
	first := must(s.home.CreateGrant(s.ctx, &input))
	s.useGrant(id, first.GrantToken)
	input.Name = aws.String("second")
	input.Constraints = &types.GrantConstraints{EncryptionContextEquals: bound}
	second := must(s.home.CreateGrant(s.ctx, &input))
	s.listGrants(id, app)
	must(s.home.RevokeGrant(s.ctx, &kms.RevokeGrantInput{KeyId: id, GrantId: first.GrantId}))
	wider := kms.EncryptInput{KeyId: id, Plaintext: file, EncryptionContext: map[string]string{"customer": "4711", "order": "1"}}
	check(codeOf(s.grantee.Encrypt(s.ctx, &wider)) == "AccessDeniedException", "a context that is not equal")
	must(s.home.RetireGrant(s.ctx, &kms.RetireGrantInput{GrantToken: second.GrantToken}))
	grants := must(s.home.ListGrants(s.ctx, &kms.ListGrantsInput{KeyId: id})).Grants
	check(len(grants) == 0, "no grant any more")
	s.refuseGrants(id, input)
}

// The grantee may use the key with the context of the grant, and without it no more.
func (s *scene) useGrant(id, token *string) {
	wider := map[string]string{"customer": "4711", "order": "1"}
	sealed := must(s.grantee.Encrypt(s.ctx, &kms.EncryptInput{
		KeyId: id, Plaintext: file, EncryptionContext: wider, GrantTokens: []string{*token},
	})).CiphertextBlob
	opened := must(s.grantee.Decrypt(s.ctx, &kms.DecryptInput{CiphertextBlob: sealed, EncryptionContext: wider}))
	check(bytes.Equal(opened.Plaintext, file), "decrypted by a grant")
	bare := kms.EncryptInput{KeyId: id, Plaintext: file}
	check(codeOf(s.grantee.Encrypt(s.ctx, &bare)) == "AccessDeniedException", "a use that the grant does not allow")
}

func (s *scene) listGrants(id, app *string) {
	pages := kms.NewListGrantsPaginator(s.home, &kms.ListGrantsInput{KeyId: id}, func(o *kms.ListGrantsPaginatorOptions) { o.Limit = 1 })
	found := []types.GrantListEntry{}
	for pages.HasMorePages() {
		found = append(found, must(pages.NextPage(s.ctx)).Grants...)
	}
	check(len(found) == 2, "two grants in pages of one")
	constraints := 0
	for _, grant := range found {
		constraints += len(grant.Constraints.EncryptionContextSubset) + len(grant.Constraints.EncryptionContextEquals)
	}
	check(constraints == 2, "two constraints")
	retirable := must(s.home.ListRetirableGrants(s.ctx, &kms.ListRetirableGrantsInput{RetiringPrincipal: app})).Grants
	check(len(retirable) == 2, "two grants to retire")
}

func (s *scene) refuseGrants(id *string, input kms.CreateGrantInput) {
	many := map[string]string{}
	for at := range 9 {
		many[fmt.Sprint("name", at)] = "value"
	}
	input.Constraints = &types.GrantConstraints{EncryptionContextSubset: many}
	refused[*types.LimitExceededException](s)(s.home.CreateGrant(s.ctx, &input))
	input.Constraints, input.DryRun = nil, aws.Bool(true)
	refused[*types.DryRunOperationException](s)(s.home.CreateGrant(s.ctx, &input))
	refused[*types.InvalidGrantTokenException](s)(s.home.RetireGrant(s.ctx, &kms.RetireGrantInput{GrantToken: aws.String("x")}))
	refused[*types.InvalidGrantIdException](s)(
		s.home.RevokeGrant(s.ctx, &kms.RevokeGrantInput{KeyId: id, GrantId: aws.String("x")}))
}
