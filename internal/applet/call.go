package applet

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
)

// Call runs another applet, words[0], on the calling thread, and returns what it
// prints. Its standard input is empty. A refusal is an *Answer.
func (e *Env) Call(words []string) ([]byte, error) {
	var main Main
	found := false
	if e.Lookup != nil {
		main, found = e.Lookup(words[0])
	}
	if !found {
		return nil, fmt.Errorf("there is no applet %s", words[0])
	}
	var out, errs bytes.Buffer
	c := *e
	c.Name, c.Argv0, c.Args = words[0], "", slices.Clone(words[1:])
	c.Stdin, c.Stdout, c.Stderr = strings.NewReader(""), NewOutput(&out), &errs
	c.Alone, c.StdoutIsTerminal, c.FlushFirst = false, nil, false
	if status := Run(main, &c); status != 0 {
		return out.Bytes(), &Answer{words, status, errs.String()}
	}
	return out.Bytes(), nil
}

// Answer is the refusal of an applet that was called by Call.
type Answer struct {
	Words  []string
	Status int
	// Text is what it wrote to the standard error.
	Text string
}

func (a *Answer) Error() string {
	text := a.Why()
	if text == "" {
		text = fmt.Sprintf("status %d", a.Status)
	}
	return strings.Join(a.Words, " ") + ": " + text
}

// Why is the text in one line.
func (a *Answer) Why() string {
	return strings.ReplaceAll(strings.TrimSpace(a.Text), "\n", "; ")
}
