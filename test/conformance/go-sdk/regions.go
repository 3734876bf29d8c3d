package main

import (
	"bytes"
	"os"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/kms/types"
)

// One key in two Regions.
func (s *scene) regions() {
	key := s.newKey(kms.CreateKeyInput{MultiRegion: aws.Bool(true)})
	id, region := key.KeyId, aws.String(os.Getenv("OTHER_REGION"))
	replicate := kms.ReplicateKeyInput{KeyId: id, ReplicaRegion: region, Description: aws.String("a replica")}
	replica := must(s.home.ReplicateKey(s.ctx, &replicate)).ReplicaKeyMetadata
	check(replica.MultiRegionConfiguration.MultiRegionKeyType == types.MultiRegionKeyTypeReplica, "a replica")
	refused[*types.AlreadyExistsException](s)(s.home.ReplicateKey(s.ctx, &replicate))
	refused[*types.UnsupportedOperationException](s)(s.other.ReplicateKey(s.ctx, &replicate))
	sealed := must(s.other.Encrypt(s.ctx, &kms.EncryptInput{KeyId: id, Plaintext: file})).CiphertextBlob
	check(bytes.Equal(s.open(sealed), file), "decrypted in the other Region")
	there := must(s.other.GetKeyLastUsage(s.ctx, &kms.GetKeyLastUsageInput{KeyId: id})).KeyLastUsage
	check(there.Operation == types.KeyLastUsageTrackingOperationEncrypt, "the last use there")
	must(s.home.UpdatePrimaryRegion(s.ctx, &kms.UpdatePrimaryRegionInput{KeyId: id, PrimaryRegion: region}))
	described := must(s.other.DescribeKey(s.ctx, &kms.DescribeKeyInput{KeyId: id})).KeyMetadata.MultiRegionConfiguration
	check(*described.PrimaryKey.Region == *region && len(described.ReplicaKeys) == 1, "another primary key")
	refused[*types.NotFoundException](s)(s.home.DescribeKey(s.ctx, &kms.DescribeKeyInput{KeyId: replica.Arn}))
}
