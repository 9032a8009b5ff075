package engine

import (
	"text/template"
	"time"
)

// clock are the functions by which templates read the time, at a time of ours
// (sprig v3.3.0, functions.go and date.go). Those that format a date take the
// real one for what is no date; it is not theirs to read it.
func clock(now func() time.Time) template.FuncMap {
	return template.FuncMap{
		"now": now,
		"ago": func(date any) string {
			t := now()
			switch d := date.(type) {
			case time.Time:
				t = d
			case int64:
				t = time.Unix(d, 0)
			case int:
				t = time.Unix(int64(d), 0)
			}
			return now().Sub(t).Round(time.Second).String()
		},
	}
}
