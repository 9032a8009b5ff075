package release_test

import (
	"fmt"
	"log"
	"os"

	"github.com/helm-stateful/helm-stateful/pkg/release"
)

// A program reads what kubectl get secrets -l owner=helm -o yaml has printed.
func Example() {
	file, err := os.Open("testdata/helm4.yaml")
	if err != nil {
		log.Fatal(err)
	}
	defer file.Close()
	records, err := release.Read(file)
	if err != nil {
		log.Print(err) // names those that cannot be read; the others are there
	}
	for _, r := range records {
		fmt.Printf("%s %d: %s (%s)\n", r.Name, r.Revision, r.Status, r.Description)
		objects, err := r.Objects()
		if err != nil {
			log.Fatal(err)
		}
		for _, o := range objects {
			if o.Hook.On("pre-upgrade") {
				fmt.Println("  hook", o)
				continue
			}
			fmt.Println(" ", o)
		}
	}
	// Output:
	// demo 1: superseded (Install complete)
	//   Deployment/demo-tickets
	//   hook Job/demo-tickets-migrate
	// demo 2: superseded (Upgrade complete)
	//   Deployment/demo-tickets
	//   hook Job/demo-tickets-migrate
	// demo 3: deployed (Rollback to 1)
	//   Deployment/demo-tickets
	//   hook Job/demo-tickets-migrate
}
