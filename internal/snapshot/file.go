package snapshot

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// Write writes the snapshot as JSON, indented, with the fields of each record in
// the order of their names: two equal states are equal files but for the time.
func (s *Snapshot) Write(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(s)
}

// Read reads what Write wrote.
func Read(r io.Reader) (*Snapshot, error) {
	text, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	s := new(Snapshot)
	if err := d.Decode(s); err != nil {
		return nil, whereJSON(text, err)
	}
	if s.Format != Format {
		return nil, fmt.Errorf("it is of format %d, and this nlbox reads format %d", s.Format, Format)
	}
	if len(s.Namespaces) == 0 {
		return nil, errors.New("it holds no namespace")
	}
	for _, n := range s.Namespaces {
		if n == nil {
			return nil, errors.New("one of its namespaces is null")
		}
	}
	return s, nil
}

// whereJSON says in which line a document is wrong.
func whereJSON(text []byte, err error) error {
	var at int64
	var syntax *json.SyntaxError
	var typ *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		at = syntax.Offset
	case errors.As(err, &typ):
		at = typ.Offset
	default:
		return fmt.Errorf("it is no snapshot: %w", err)
	}
	line := 1 + bytes.Count(text[:min(int(at), len(text))], []byte{'\n'})
	return fmt.Errorf("it is no snapshot: line %d: %w", line, err)
}
