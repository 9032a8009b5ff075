package release

import (
	"cmp"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/helm-stateful/helm-stateful/pkg/manifest"
)

// Read reads the records among Kubernetes objects, in YAML or JSON, as kubectl
// get prints them: single, in a List, or many documents. They are sorted by
// namespace, name and revision.
//
// The error joins those of all records that cannot be read, each of which names
// its object; the others are returned all the same.
func Read(r io.Reader) ([]*Record, error) {
	stream, err := manifest.Read(r)
	if err != nil {
		return nil, err
	}
	var records []*Record
	var unread []error
	for _, o := range stream.Objects() {
		record, ok, err := FromObject(o.Fields)
		switch {
		case err != nil:
			unread = append(unread, err)
		case ok:
			records = append(records, record)
		}
	}
	slices.SortStableFunc(records, func(a, b *Record) int {
		return cmp.Or(strings.Compare(a.Namespace, b.Namespace), strings.Compare(a.Name, b.Name), cmp.Compare(a.Revision, b.Revision))
	})
	return records, errors.Join(unread...)
}

// FromObject reads the record that a Secret or ConfigMap holds. It is false for
// an object that does not claim to hold one, by its type (helm.sh/release.v1) or
// by the labels that Helm looks for, and an error for one that does and cannot be
// read.
func FromObject(fields map[string]any) (record *Record, ok bool, err error) {
	if !claimsRecord(fields) {
		return nil, false, nil
	}
	id := manifest.ID{
		APIVersion: manifest.StringAt(fields, "apiVersion"), Kind: manifest.StringAt(fields, "kind"),
		Namespace: manifest.StringAt(fields, "metadata", "namespace"), Name: manifest.StringAt(fields, "metadata", "name"),
	}
	text, err := storedText(fields)
	if err == nil {
		record, err = Decode(text)
	}
	if err != nil {
		return nil, false, fmt.Errorf("%s in namespace %s: %w", id, cmp.Or(id.Namespace, "unknown"), err)
	}
	record.Object = id
	return record, true, nil
}

const (
	recordType  = "helm.sh/release.v1"
	recordTypes = "helm.sh/release."
)

// claimsRecord knows Secrets by their type, of whatever version, and both kinds
// by the labels with which Helm looks for them (helm v3.22.0,
// pkg/storage/storage.go); owner alone may be anybody's.
func claimsRecord(fields map[string]any) bool {
	switch manifest.StringAt(fields, "kind") {
	case "Secret":
		if strings.HasPrefix(manifest.StringAt(fields, "type"), recordTypes) {
			return true
		}
	case "ConfigMap":
	default:
		return false
	}
	labels := manifest.StringMapAt(fields, "metadata", "labels")
	return labels["owner"] == "helm" && labels["name"] != "" && labels["version"] != ""
}

// storedText is what Helm has stored, without the base64 of a Secret.
func storedText(fields map[string]any) ([]byte, error) {
	if t := manifest.StringAt(fields, "type"); strings.HasPrefix(t, recordTypes) && t != recordType {
		return nil, fmt.Errorf("a release record of type %s: only %s is known, which Helm 3 and Helm 4 write", t, recordType)
	}
	text := manifest.StringAt(fields, "data", "release")
	if text == "" {
		return nil, errors.New("it is labelled as a release record but has no data.release: give it as `kubectl get -o yaml` prints it")
	}
	if manifest.StringAt(fields, "kind") != "Secret" {
		return []byte(text), nil
	}
	data, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return nil, fmt.Errorf("data.release is not base64 (%w): give the Secret as `kubectl get -o yaml` prints it", err)
	}
	return data, nil
}
