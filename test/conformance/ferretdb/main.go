// Serves MongoDB's protocol on a free port of loopback, over SQLite files in the folder that is named. The key vault of
// client-side field level encryption needs a database that speaks it. Prints the database's address, and ends on SIGTERM.
package main

import (
	"context"
	"fmt"
	"log"
	"os"
	"os/signal"
	"syscall"

	"github.com/FerretDB/FerretDB/ferretdb"
)

func main() {
	database, err := ferretdb.New(&ferretdb.Config{
		Listener:  ferretdb.ListenerConfig{TCP: "127.0.0.1:0"},
		Handler:   "sqlite",
		SQLiteURL: "file:" + os.Args[1] + "/",
	})
	if err != nil {
		log.Fatal(err)
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	ended := make(chan error)
	go func() { ended <- database.Run(ctx) }()
	fmt.Println(database.MongoDBURI())
	if err := <-ended; err != nil {
		log.Fatal(err)
	}
}
