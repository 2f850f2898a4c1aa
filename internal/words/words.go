// Package words is the grammar of ip's command line: a cursor over its words,
// and the errors that iproute2 has for words that are missing, wrong, double or
// too many.
//
// A parser walks the words by keyword:
//
//	c := words.New(args)
//	for c.More() {
//		switch {
//		case c.Is("mtu"):
//			v, err := c.Value()
//			…
//		case c.Prefix("txqueuelen"):
//			…
//		}
//		c.Skip()
//	}
//
// or finds the keyword in a table (applet.Find on c.Word()).
//
// It imports the standard library only.
package words

import (
	"slices"
	"strings"
)

// Cursor stands on one of a row of words.
type Cursor struct {
	words []string
	at    int
}

// New returns a cursor on the first of args.
func New(args []string) *Cursor { return &Cursor{words: args} }

// More tells whether the cursor stands on a word.
func (c *Cursor) More() bool { return c.at < len(c.words) }

// Word is the current word, "" behind the last.
func (c *Cursor) Word() string {
	if !c.More() {
		return ""
	}
	return c.words[c.at]
}

// Peek is the word behind the current one, if there is one.
func (c *Cursor) Peek() (string, bool) {
	if c.at+1 >= len(c.words) {
		return "", false
	}
	return c.words[c.at+1], true
}

// Rest are the words from the current one on.
func (c *Cursor) Rest() []string { return c.words[min(c.at, len(c.words)):] }

// Skip goes on by one word.
func (c *Cursor) Skip() { c.at++ }

// Back goes back by one word.
func (c *Cursor) Back() { c.at-- }

// Value goes on to the next word and returns it: the value of a keyword. Where
// none is left the command line is not complete.
func (c *Cursor) Value() (string, error) {
	c.at++
	if !c.More() {
		return "", Incomplete()
	}
	return c.words[c.at], nil
}

// Replace puts word in the place of the one behind the current.
func (c *Cursor) Replace(word string) {
	c.words = slices.Clone(c.words)
	c.words[c.at+1] = word
}

// Is tells whether the current word is keyword.
func (c *Cursor) Is(keyword string) bool { return c.More() && c.words[c.at] == keyword }

// Prefix tells whether the current word is keyword or the beginning of it.
func (c *Cursor) Prefix(keyword string) bool { return c.More() && Prefix(c.words[c.at], keyword) }

// Prefix tells whether word is a non-empty beginning of keyword: iproute2's
// matches().
func Prefix(word, keyword string) bool {
	return word != "" && strings.HasPrefix(keyword, word)
}
