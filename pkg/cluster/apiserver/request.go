package apiserver

import (
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	kjson "sigs.k8s.io/json"
)

// Request is an object on its way to the API server. It is written and read once
// for all that is asked about it. It is not safe for concurrent use, and the object
// must not be changed before the last question.
type Request struct {
	judge    *Judge
	object   map[string]any
	gvk      schema.GroupVersionKind
	strategy strategy // nil where the kind is not judged
	data     string
	err      error // of writing it, or why it cannot be read
	// read is the object as Fits has read it, until Create makes use of it.
	read runtime.Object
}

// Ask returns a request with an object.
func (j *Judge) Ask(object map[string]any) *Request {
	r := &Request{judge: j, object: object, gvk: gvkOf(object)}
	if s, ok := builtin().served[r.gvk]; ok {
		data, err := marshal(object)
		if err == nil {
			err = builtin().endless(data, r.gvk)
		}
		r.strategy, r.data, r.err = s, string(data), err
	}
	return r
}

// Fits reports whether an object of a built-in kind has the fields of its type
// and no others, which server-side apply insists on. Other kinds have no type
// to fit.
func (r *Request) Fits() bool {
	if r.strategy == nil || r.err != nil {
		return r.strategy == nil
	}
	return r.judge.fits.of(r.data, func() bool {
		versioned, err := builtin().scheme.New(r.gvk)
		if err != nil {
			return false
		}
		unknown, err := kjson.UnmarshalStrict([]byte(r.data), versioned, kjson.DisallowUnknownFields)
		if err == nil {
			r.read = versioned
		}
		return err == nil && len(unknown) == 0
	})
}

// Create returns the object, which has no uid, as stored under one, or a refusal, as
// Judge.Create does; without a uid it is given none. All but the metadata of what it
// returns is shared with other answers and must not be changed.
func (r *Request) Create(uid string) (map[string]any, Verdict) {
	switch {
	case r.strategy == nil && uid == "":
		return deepCopy(r.object), Verdict{}
	case r.strategy == nil:
		return withUID(deepCopy(r.object), uid), Verdict{}
	case r.err != nil:
		return nil, undecodable(r.gvk, r.err)
	case uid == "", r.gvk.Kind == "Job": // the selector of a Job carries the uid
		return r.create(uid)
	}
	c := r.judge.creates.of(r.data, func() created {
		stored, v := r.create(uid)
		return created{stored, v}
	})
	if c.verdict.Refused {
		return nil, c.verdict
	}
	return withUID(c.stored, uid), Verdict{}
}

func (r *Request) create(uid string) (map[string]any, Verdict) {
	a, versioned := builtin(), r.read
	r.read = nil // judging changes it
	if versioned == nil {
		var err error
		if versioned, err = a.read([]byte(r.data), r.gvk); err != nil {
			return nil, undecodable(r.gvk, err)
		}
	}
	m, err := meta.Accessor(versioned)
	if err != nil {
		return nil, undecodable(r.gvk, err)
	}
	if uid != "" {
		m.SetUID(types.UID(uid))
	}
	return a.create(r.strategy, versioned, r.gvk)
}

// Normal returns the object as its type has it, before anything is filled in:
// without the values that are the same as none, and with quantities as they are
// printed. It is nil where the kind is not judged, or the object does not fit.
func (r *Request) Normal() map[string]any {
	if r.strategy == nil || r.err != nil {
		return nil
	}
	versioned, err := builtin().read([]byte(r.data), r.gvk)
	if err != nil {
		return nil
	}
	fields, err := plain(versioned)
	if err != nil {
		return nil
	}
	return fields
}
