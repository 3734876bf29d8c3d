// Drives the service with the AWS SDK for Go v2, unmodified: every operation, keys of every spec that the SDK knows, and
// every exception by its type. Settings come from the environment alone. Prints one line of JSON: the operations of the
// SDK, what keys were used for, and the exceptions that arrived as their types.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"log"
	"os"
	"reflect"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/smithy-go"
)

// What all parts of the program share.
type scene struct {
	ctx context.Context
	// A user that may do everything, in its own Region and in the other one.
	home, other *kms.Client
	// A user that may do nothing but what grants allow.
	grantee *kms.Client
	// Answers exceptions that a working service does not.
	standIn *kms.Client
	typed   map[string]bool
	uses    []string
}

func main() {
	ctx := context.Background()
	settings := must(config.LoadDefaultConfig(ctx))
	s := &scene{
		ctx:   ctx,
		home:  kms.NewFromConfig(settings),
		other: kms.NewFromConfig(settings, func(o *kms.Options) { o.Region = os.Getenv("OTHER_REGION") }),
		grantee: kms.NewFromConfig(settings, func(o *kms.Options) {
			id, secret := os.Getenv("GRANTEE_ACCESS_KEY_ID"), os.Getenv("GRANTEE_SECRET_ACCESS_KEY")
			o.Credentials = credentials.NewStaticCredentialsProvider(id, secret, "")
		}),
		standIn: kms.NewFromConfig(settings, func(o *kms.Options) { o.BaseEndpoint = aws.String(os.Getenv("STAND_IN")) }),
		typed:   map[string]bool{},
	}
	s.lifeOfKey()
	s.everySpec()
	s.dataKeyPairs()
	s.rotation()
	s.importedMaterial()
	s.regions()
	s.grants()
	s.refusals()
	typed := []string{}
	for name := range s.typed {
		typed = append(typed, name)
	}
	slices.Sort(typed)
	slices.Sort(s.uses)
	report := map[string]any{"operations": operations(), "typed": typed, "uses": s.uses}
	check(json.NewEncoder(os.Stdout).Encode(report) == nil, "a report")
}

// The operations of the SDK: the client's methods that take an input of their own name.
func operations() []string {
	found := []string{}
	client := reflect.TypeFor[*kms.Client]()
	for at := range client.NumMethod() {
		method := client.Method(at)
		if method.Type.NumIn() > 2 && method.Type.In(2).String() == "*kms."+method.Name+"Input" {
			found = append(found, method.Name)
		}
	}
	return found
}

func must[T any](value T, err error) T {
	if err != nil {
		log.Panic(err)
	}
	return value
}

func check(ok bool, what string) {
	if !ok {
		log.Panic("not so: " + what)
	}
}

// A function for the results of a call that has to end with this exception, as a type of its own.
func refused[E error](s *scene) func(result any, err error) {
	return func(_ any, err error) {
		var exception E
		if !errors.As(err, &exception) {
			log.Panicf("the call did not end with %T, but with %v", exception, err)
		}
		s.typed[reflect.TypeOf(exception).Elem().Name()] = true
	}
}

// The code of the error that a call must end with, for those that the model does not list.
func codeOf(_ any, err error) string {
	var failed smithy.APIError
	if !errors.As(err, &failed) {
		log.Panic("the call did not fail as it should: ", err)
	}
	return failed.ErrorCode()
}

func contains(text *string, part string) bool {
	return text != nil && strings.Contains(*text, part)
}
