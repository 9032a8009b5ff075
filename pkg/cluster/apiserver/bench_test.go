package apiserver

import (
	"testing"

	"github.com/helm-stateful/helm-stateful/internal/apicases"
)

func BenchmarkCreate(b *testing.B) {
	j := New()
	manifest := object(b, apicases.Bases["statefulset"])
	j.Create(manifest)
	b.ReportAllocs()
	for b.Loop() {
		if _, v := j.Create(manifest); v.Refused {
			b.Fatal(v.Message)
		}
	}
}

func BenchmarkUpdate(b *testing.B) {
	j := New()
	live := stored(b, j, "statefulset")
	next := overlay(b, live, `spec: {replicas: 3}`)
	b.ReportAllocs()
	for b.Loop() {
		if _, v := j.Update(live, next); v.Refused {
			b.Fatal(v.Message)
		}
	}
}

func BenchmarkMerge(b *testing.B) {
	j := New()
	manifest := object(b, apicases.Bases["statefulset"])
	live := stored(b, j, "statefulset")
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := j.Merge(manifest, manifest, live); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkScheme(b *testing.B) {
	for b.Loop() {
		newScheme()
	}
}
