// Drives the service by the package with which HashiCorp Vault seals and unseals itself, unmodified, set as Vault's
// `seal "awskms"` stanza sets it. Prints what went wrong with a seal of a key that is not there.
package main

import (
	"context"
	"fmt"
	"log"
	"os"

	wrapping "github.com/hashicorp/go-kms-wrapping/v2"
	"github.com/hashicorp/go-kms-wrapping/wrappers/awskms/v2"
)

func set(ctx context.Context, key string) (*awskms.Wrapper, error) {
	wrapper := awskms.NewWrapper()
	_, err := wrapper.SetConfig(ctx, wrapping.WithConfigMap(map[string]string{
		"kms_key_id": key,
		"region":     "us-east-1",
		"endpoint":   os.Args[1],
	}))
	return wrapper, err
}

func main() {
	ctx := context.Background()
	wrapper, err := set(ctx, os.Args[2])
	if err != nil {
		log.Fatal(err)
	}
	sealed, err := wrapper.Encrypt(ctx, []byte("a root key"))
	if err != nil {
		log.Fatal(err)
	}
	opened, err := wrapper.Decrypt(ctx, sealed)
	if err != nil || string(opened) != "a root key" {
		log.Fatal("not unsealed: ", err)
	}
	_, err = set(ctx, "alias/none")
	fmt.Println(err)
}
