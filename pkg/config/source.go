package config

import (
	"fmt"
	"os"
	"path/filepath"
	"sync"
)

// Source knows the configuration of each chart: its file, under what flags say.
// It is safe for concurrent use.
type Source struct {
	// File is the configuration of all charts; "" looks for each one's own.
	File string
	// None says that no file is read.
	None bool
	// Flags win over the file.
	Flags Flags
	// Rules are the names of all rules.
	Rules []string

	mu   sync.Mutex
	read map[string]*Config // by file
}

// Invalid is a configuration that cannot be used.
type Invalid struct{ Err error }

func (e *Invalid) Error() string { return e.Err.Error() }

func (e *Invalid) Unwrap() error { return e.Err }

// For returns the configuration of a chart. It must not be changed. The error
// is an *Invalid.
func (s *Source) For(chart string) (*Config, error) {
	file := s.File
	if file == "" && !s.None {
		found, err := Find(chart)
		if err != nil {
			return nil, &Invalid{fmt.Errorf("look for %s: %w", Name, err)}
		}
		file = short(found)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if c, ok := s.read[file]; ok {
		return c, nil
	}
	c := &Config{}
	if file != "" {
		var err error
		if c, err = Read(file, s.Rules); err != nil {
			return nil, &Invalid{err}
		}
	}
	c = s.Flags.over(c, s.Rules)
	if s.read == nil {
		s.read = map[string]*Config{}
	}
	s.read[file] = c
	return c, nil
}

// short is a path as a person would name it from here.
func short(file string) string {
	here, err := os.Getwd()
	if err != nil {
		return file
	}
	if here, err = filepath.EvalSymlinks(here); err != nil {
		return file
	}
	if near, err := filepath.Rel(here, file); err == nil && filepath.IsLocal(near) {
		return near
	}
	return file
}
