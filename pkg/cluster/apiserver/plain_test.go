package apiserver

import (
	"reflect"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// TestPlainIsUnstructured: every built-in type, empty, with every field set, and
// with every field set to what is empty but not nil.
func TestPlainIsUnstructured(t *testing.T) {
	a := builtin()
	require.NotEmpty(t, a.served)
	for gvk := range a.served {
		for name, fill := range map[string]func(reflect.Value, int){"empty": func(reflect.Value, int) {}, "full": full, "hollow": hollow} {
			t.Run(gvk.String()+" "+name, func(t *testing.T) {
				object, err := a.scheme.New(gvk)
				require.NoError(t, err)
				fill(reflect.ValueOf(object).Elem(), 0)
				want, err := runtime.DefaultUnstructuredConverter.ToUnstructured(object)
				require.NoError(t, err)
				got, err := plain(object)
				require.NoError(t, err)
				assert.Equal(t, want, got)
			})
		}
	}
}

const deepest = 12 // of the types that hold themselves

// full sets every field.
func full(v reflect.Value, depth int) {
	switch o := v.Addr().Interface().(type) {
	case *resource.Quantity:
		*o = resource.MustParse("1Gi")
		return
	case *intstr.IntOrString:
		*o = intstr.FromString("10%")
		return
	case *metav1.Time:
		o.Time = time.Unix(1e9, 0)
		return
	case *metav1.MicroTime:
		o.Time = time.Unix(1e9, 5000)
		return
	case *metav1.FieldsV1:
		o.SetRawBytes([]byte(`{"f:a":{}}`))
		return
	case *runtime.RawExtension:
		o.Raw = []byte(`{"a":[1,2.5,"b",null]}`)
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString("text")
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int32, reflect.Int64:
		v.SetInt(7)
	case reflect.Uint8:
		v.SetUint(200)
	case reflect.Float32, reflect.Float64:
		v.SetFloat(2.5)
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				full(v.Field(i), depth+1)
			}
		}
	case reflect.Pointer:
		if depth < deepest {
			v.Set(reflect.New(v.Type().Elem()))
			full(v.Elem(), depth+1)
		}
	case reflect.Slice:
		if depth < deepest {
			v.Set(reflect.MakeSlice(v.Type(), 2, 2))
			full(v.Index(0), depth+1)
		}
	case reflect.Map:
		item := reflect.New(v.Type().Elem()).Elem()
		full(item, depth+1)
		v.Set(reflect.MakeMap(v.Type()))
		v.SetMapIndex(reflect.ValueOf("key").Convert(v.Type().Key()), item)
	}
}

// hollow makes everything that can be nil something empty, but for what then
// means nothing.
func hollow(v reflect.Value, depth int) {
	if _, ok := v.Addr().Interface().(*runtime.RawExtension); ok {
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				hollow(v.Field(i), depth+1)
			}
		}
	case reflect.Pointer:
		if depth < deepest {
			v.Set(reflect.New(v.Type().Elem()))
			hollow(v.Elem(), depth+1)
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 0, 0))
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
	}
}
