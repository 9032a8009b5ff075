package release

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
)

// maxJSON bounds a record's JSON, in bytes. Kubernetes takes 1 MiB in a Secret
// or ConfigMap, which is 768 KiB of gzip. The records of 650 public charts, at
// their default values, have 7 MB at most and shrink to a quarter, at best to a
// sixteenth: a full Secret holds 12 MiB of such. The SQL driver has no bound of
// its own, and the largest manifests that we are made for have 50 MB. A bomb that
// fits into a Secret unpacks to 770 MiB.
const maxJSON = 64 << 20

const onceDecoded = "give data.release of the Secret as `kubectl get secret NAME -o jsonpath={.data.release} | base64 -d` prints it"

// unpack returns a stored record's JSON.
func unpack(text []byte) ([]byte, error) {
	data, err := base64.StdEncoding.AppendDecode(nil, text)
	if err != nil {
		return nil, fmt.Errorf("the record is not base64 (%w): %s", err, onceDecoded)
	}
	if len(data) > 3 && bytes.HasPrefix(data, []byte{0x1f, 0x8b, 0x08}) { // so Helm tells them
		return inflate(data)
	}
	if len(data) > maxJSON {
		return nil, tooLarge()
	}
	return data, nil
}

// inflate measures what is in the gzip before it takes memory for it.
func inflate(data []byte) ([]byte, error) {
	size, err := copyInflated(io.Discard, data)
	if err != nil {
		return nil, err
	}
	out := bytes.NewBuffer(make([]byte, 0, size+bytes.MinRead)) // without which it grows at its end
	_, err = copyInflated(out, data)
	return out.Bytes(), err
}

func copyInflated(w io.Writer, data []byte) (int64, error) {
	r, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return 0, broken(err)
	}
	n, err := io.Copy(w, io.LimitReader(r, maxJSON+1))
	switch {
	case err != nil:
		return 0, broken(err)
	case n > maxJSON:
		return 0, tooLarge()
	}
	return n, nil
}

func tooLarge() error {
	return fmt.Errorf("the record unpacks to more than %d MiB and is not read: %s", maxJSON>>20, exhausting)
}

const (
	exhausting = "it was made to exhaust memory, or its chart brings files that belong into its .helmignore"
	unreadable = "Helm cannot read it either: restore it from a backup, or delete it and do without the revision"
)

func broken(err error) error {
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		return fmt.Errorf("the record is cut off in the midst of its gzip; %s", unreadable)
	}
	return fmt.Errorf("the record is damaged (%w); %s", err, unreadable)
}

// pack writes JSON as Helm stores it.
func pack(data []byte) ([]byte, error) {
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(data); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return base64.StdEncoding.AppendEncode(nil, b.Bytes()), nil
}
