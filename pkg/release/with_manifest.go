package release

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// WithManifest returns the record with another manifest, or the record itself
// where that is the one that it has. Of its JSON all else stays as it is, byte for
// byte. It is an error where the manifest is not valid UTF-8, or too large for
// Decode.
func (r *Record) WithManifest(text string) (*Record, error) {
	if text == r.Manifest {
		return r, nil
	}
	data, err := unpack(r.text)
	if err != nil {
		return nil, err
	}
	value, err := json.Marshal(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", r, err)
	}
	if data, err = replaceManifest(data, value); err != nil {
		return nil, fmt.Errorf("%s: %w", r, err)
	}
	packed, err := pack(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", r, err)
	}
	changed, err := Decode(packed)
	if err != nil {
		return nil, fmt.Errorf("%s with another manifest: %w", r, err)
	}
	if changed.Manifest != text {
		return nil, fmt.Errorf("%s: the new manifest is not valid UTF-8, which JSON cannot hold", r)
	}
	changed.Object = r.Object
	return changed, nil
}

// replaceManifest puts value in the place of the manifest that counts, which is
// the last one, or at the end of the object when it has none: Helm does not
// write an empty one.
func replaceManifest(object, value []byte) ([]byte, error) {
	decoder := json.NewDecoder(bytes.NewReader(object))
	if _, err := decoder.Token(); err != nil {
		return nil, err
	}
	start, end := int64(-1), int64(-1)
	for decoder.More() {
		key, err := decoder.Token()
		if err != nil {
			return nil, err
		}
		var old json.RawMessage
		if err := decoder.Decode(&old); err != nil {
			return nil, err
		}
		if name, _ := key.(string); strings.EqualFold(name, "manifest") { // as encoding/json finds it
			end = decoder.InputOffset()
			start = end - int64(len(old))
		}
	}
	if start >= 0 {
		return slices.Concat(object[:start], value, object[end:]), nil
	}
	end = int64(bytes.LastIndexByte(object, '}'))
	return slices.Concat(object[:end], []byte(`,"manifest":`), value, object[end:]), nil
}
