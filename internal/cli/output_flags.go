package cli

import (
	"bytes"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"
)

// outputFlag is the flag --output, which can be given several times.
type outputFlag struct{ given []string }

// sink is one of the things that a run prints.
type sink struct {
	format string
	// file is where it goes, "" for standard output.
	file string
}

// register adds the flag. formats are those that the command knows, the first
// is what it prints unless it is told otherwise.
func (f *outputFlag) register(cmd *cobra.Command, formats func() []string) {
	cmd.Flags().StringArrayVarP(&f.given, "output", "o", nil,
		"`format[=file]`: "+strings.Join(formats(), "|"))
	completeWith(cmd, "output", formats)
}

// parse returns what to print. An error says which of the flags is wrong.
func (f *outputFlag) parse(formats []string) ([]sink, error) {
	outputs, err := parseOutputs(f.given, formats)
	if err != nil {
		return nil, err
	}
	for _, s := range outputs {
		if s.file == "" {
			continue
		}
		if err := checkFolder(s.file); err != nil {
			return nil, fmt.Errorf("--output %s=%s: %w", s.format, s.file, err)
		}
	}
	return outputs, nil
}

// parseOutputs reads FORMAT and FORMAT=FILE, where the file "-" is standard
// output. Not more than one goes there, and not more than one to any file.
func parseOutputs(given, formats []string) ([]sink, error) {
	if len(given) == 0 {
		return []sink{{format: formats[0]}}, nil
	}
	var out []sink
	for _, text := range given {
		s, err := parseOutput(text, formats)
		if err != nil {
			return nil, fmt.Errorf("--output %s: %w", text, err)
		}
		for _, other := range out {
			switch {
			case other.file != s.file:
			case s.file == "":
				return nil, fmt.Errorf("--output %s: %s goes to standard output already; name a file: --output %s=FILE", text, other.format, s.format)
			default:
				return nil, fmt.Errorf("--output %s: %s goes to that file already", text, other.format)
			}
		}
		out = append(out, s)
	}
	return out, nil
}

func parseOutput(text string, formats []string) (sink, error) {
	format, file, named := strings.Cut(text, "=")
	switch {
	case !slices.Contains(formats, format):
		last := len(formats) - 1
		return sink{}, fmt.Errorf("the formats are %s and %s", strings.Join(formats[:last], ", "), formats[last])
	case named && file == "":
		return sink{}, fmt.Errorf("no file is named after the =")
	case file == "" || file == "-":
		return sink{format: format}, nil
	}
	return sink{format: format, file: filepath.Clean(file)}, nil
}

// write prints each of the outputs to its place: the files first, each whole or
// not at all.
func (c *Command) write(outputs []sink, print func(s sink, w io.Writer) error) error {
	var stdout []byte
	for _, s := range outputs {
		var b bytes.Buffer
		if err := print(s, &b); err != nil {
			return &exitError{exitChart, err}
		}
		if s.file == "" {
			stdout = b.Bytes()
			continue
		}
		if err := writeFile(s.file, b.Bytes()); err != nil {
			return &exitError{exitUsage, fmt.Errorf("write %s: %w", s.file, err)}
		}
	}
	if _, err := c.Stdout.Write(stdout); err != nil {
		return &exitError{exitChart, fmt.Errorf("write to standard output: %w", err)}
	}
	return nil
}
