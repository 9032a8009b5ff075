// Package madeup makes templates up out of bytes, for fuzz tests: bytes that are
// changed at random are seldom a template, and hardly ever one that does anything.
package madeup

import (
	"fmt"
	"strings"
)

// phrases are what templates are made of. They ask neither chance nor anything else
// that two engines need not answer alike.
var phrases = []string{
	"a: {{ .Values.a }}\n", "{{ .Values.none }}", "{{ .Values.a | default \"d\" }}", "{{ .Chart.Version }}", "{{ .Release.Name }}",
	"{{ .Release.Revision }}", "{{ .Release.IsUpgrade }}", "{{ if .Release.IsInstall }}i{{ else }}u{{ end }}", "{{ with .Release }}{{ .Revision }}{{ end }}",
	"{{ $r := .Release }}{{ $r.Revision }}", "{{ index .Release \"IsUpgrade\" }}", "{{ get .Release \"Revision\" }}", "{{ toJson .Release }}",
	"{{ printf \"%v\" .Release }}", "{{ (dict \"r\" .Release).r.Revision }}", "{{ range $k, $v := .Release }}{{ $k }}{{ $v }}{{ end }}",
	"{{ (index . \"Release\").Revision }}", "{{ (get . \"Release\") | toJson }}", "{{ dig \"b\" \"\" .Values.deep }}", "{{ (pick . \"Release\") | toYaml }}",
	"{{ omit . \"Files\" \"Capabilities\" \"Template\" \"Subcharts\" | toJson }}", "{{ pluck \"Release\" . | toJson }}", "{{ range $k, $v := . }}{{ if eq $k \"Release\" }}{{ $v }}{{ end }}{{ end }}",
	"{{ $c := deepCopy (pick . \"Release\" \"Values\") }}{{ $c | toYaml }}", "{{ $d := merge (dict) (pick . \"Release\") }}{{ $d }}",
	"{{ tpl .Values.text . }}", "{{ tpl \"{{ .Release.Revision }}\" . }}", "{{ tpl (printf \"{{ .%s.%s }}\" \"Release\" \"Revision\") . }}",
	"{{ tpl \"{{ define \\\"late\\\" }}{{ .Release.Revision }}{{ end }}{{ include \\\"late\\\" . }}\" . }}", "{{ tpl \"{{ .Values.a }}\" (dict \"Values\" .Values) }}",
	"{{ tpl (toYaml .Values.deep) . }}", "{{ tpl (.Values.list | toYaml) $ }}",
	"{{ $_ := set .Values \"a\" \"set\" }}", "{{ $_ := set .Values \"a\" .Release.Revision }}", "{{ $_ := set .Values.deep \"b\" (.Values.a | toString) }}", "{{ $_ := unset .Values \"a\" }}",
	"{{ $_ := set .Release \"x\" \"y\" }}", "{{ .Release.x }}", "{{ $_ := set . \"own\" \"of all\" }}", "{{ .own }}", "{{ $_ := merge .Values.deep (dict \"z\" (dict \"y\" \"1\")) }}", "{{ .Values.deep | toYaml }}",
	"{{ $_ := mergeOverwrite .Values.deep (dict \"b\" (now | date \"15\")) }}", "{{ $_ := set (index .Values.list 0) \"q\" \"1\" }}",
	"{{ lookup \"v1\" \"Secret\" \"ns\" \"s\" | toJson }}", "{{ now | date \"2006-01-02T15\" }}", "{{ range .Values.list }}{{ . }}{{ end }}",
	"{{ $f := fromYaml .Values.yaml }}{{ $_ := set $f \"k\" \"v\" }}{{ $f }}", "{{ fromYaml .Values.yaml }}", "{{ required \"give one\" .Values.a }}", "{{ .Values.none.deep }}",
	"{{ fail \"no\" }}", "{{ .Template.Name }}", "{{ .Subcharts }}", "{{ .Values | toYaml | sha256sum }}", "<no value>", "{{- \" x \" -}}", "{{/* nothing */}}",
}

// frames hold other phrases.
var frames = [][2]string{
	{"{{ if .Release.IsUpgrade }}", "{{ end }}"}, {"{{ if .Values.a }}", "{{ else }}none{{ end }}"}, {"{{ range until 2 }}", "{{ end }}"},
	{"{{ range $i, $x := .Values.list }}{{ with $ }}", "{{ end }}{{ end }}"}, {"{{ with $ }}", "{{ end }}"}, {"{{ with .Values.none }}", "{{ else }}else{{ end }}"},
}

// calls are of a definition, with a number in the place of %d.
var calls = []string{
	"{{ include \"d%d\" . }}", "{{ include \"d%d\" $ | sha256sum }}", "{{ template \"d%d\" . }}", "{{ tpl \"{{ include \\\"d%d\\\" . }}\" . }}",
	"{{ include \"d%d\" (dict \"Values\" .Values \"Release\" .Release \"Template\" .Template \"Chart\" .Chart) }}", "{{ include (printf \"d%%d\" %d) . }}",
}

// Definitions is how many definitions there are, d0 and so on.
const Definitions = 3

type author struct {
	bytes []byte
	left  int // how many phrases more, for all files together
	text  *strings.Builder
}

// Templates makes up so many files: the first holds definitions, each of which calls
// earlier ones alone, and no file includes an earlier one. Otherwise they would
// call themselves without end.
func Templates(bytes []byte, count int) []string {
	files := make([]string, count)
	a := &author{bytes: bytes, left: 60}
	for i := range files {
		a.text = new(strings.Builder)
		if i == 0 {
			for d := range Definitions {
				fmt.Fprintf(a.text, "{{ define \"d%d\" }}", d)
				a.some(d, nil, 0)
				a.text.WriteString("{{ end }}")
			}
		} else {
			var later []int
			for j := i + 1; j < count; j++ {
				later = append(later, j)
			}
			a.some(Definitions, later, 0)
		}
		files[i] = a.text.String()
	}
	return files
}

func (a *author) next() int {
	if len(a.bytes) == 0 {
		return 0
	}
	b := a.bytes[0]
	a.bytes = a.bytes[1:]
	return int(b)
}

// some writes phrases until a byte says that it is enough.
func (a *author) some(definitions int, later []int, depth int) {
	for a.left > 0 {
		b := a.next()
		if b == 0 {
			return
		}
		a.left--
		switch {
		case b >= 250 && len(later) > 0:
			fmt.Fprintf(a.text, "{{ include (print $.Template.BasePath \"/%d.yaml\") . }}", later[a.next()%len(later)])
		case b >= 220 && definitions > 0:
			fmt.Fprintf(a.text, calls[a.next()%len(calls)], a.next()%definitions)
		case b >= 200 && depth < 3:
			frame := frames[a.next()%len(frames)]
			a.text.WriteString(frame[0])
			a.some(definitions, later, depth+1)
			a.text.WriteString(frame[1])
		default:
			a.text.WriteString(phrases[b%len(phrases)])
		}
	}
}
