package release

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
)

// Decode reads a record as Helm stores it under the key release of a Secret or
// ConfigMap: base64 of gzip of JSON, or of JSON alone. The base64 in which
// Kubernetes prints a Secret's data must be taken off before. The record keeps
// text; the caller must not change it afterwards.
//
// What is damaged, what is no record and what unpacks to more than 64 MiB is an
// error, before memory is taken for it.
func Decode(text []byte) (*Record, error) {
	data, err := unpack(text)
	if err != nil {
		return nil, err
	}
	var s stored
	if err := json.Unmarshal(data, &s); err != nil {
		return nil, notARecord(data, err)
	}
	if s.Name == "" || s.Version < 1 {
		return nil, fmt.Errorf("the JSON is no release record: its name is %q and its version %d; %s", s.Name, s.Version, onceDecoded)
	}
	if config := s.Config; len(config) > 0 && config[0] != '{' && string(config) != "null" {
		return nil, fmt.Errorf("the record's config is no mapping; %s", unreadable)
	}
	r := s.record()
	r.text = text
	return r, nil
}

// notARecord says in the record's terms what JSON cannot be read.
func notARecord(data []byte, err error) error {
	var wrongType *json.UnmarshalTypeError
	var tooMany excess
	switch {
	case bytes.HasPrefix(data, []byte("H4sI")): // base64 of gzip
		return errors.New("the record is base64 twice, as Kubernetes prints a Secret: take one off, or give the whole Secret")
	case errors.As(err, &tooMany):
		return fmt.Errorf("the record has %w and is not read: no chart comes near that", tooMany)
	case errors.As(err, &wrongType):
		return fmt.Errorf("the record's %s is a %s, which Helm does not write there; %s", wrongType.Field, wrongType.Value, unreadable)
	default:
		return fmt.Errorf("the record's JSON is damaged (%w); %s", err, unreadable)
	}
}
