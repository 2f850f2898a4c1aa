package arp

import (
	"bytes"
	"strconv"
	"strings"

	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/netdev"
)

// lineSize is how much of a line of the file is taken at once; the rest counts
// as a line of its own.
const lineSize = 1023

// file adds the entries of a file like /etc/ethers: host and hardware address,
// in either order, and the words of set. A line that fails is reported and
// passed over, but for one with a word that no entry has.
func (c *call) file() error {
	name := "/etc/ethers"
	if len(c.options.rest) > 0 {
		name = c.options.rest[0]
	}
	text, err := netdev.ReadFile(c.env.Path(name))
	if err != nil {
		return fail("arp: cannot open etherfile " + name + " !")
	}
	for number := 1; len(text) > 0; number++ {
		var line []byte
		line, text = takeLine(text)
		if err := c.fileLine(line, name, strconv.Itoa(number)); err != nil {
			return err
		}
	}
	return nil
}

// takeLine takes a line with its newline off a text.
func takeLine(text []byte) (line, rest []byte) {
	n := bytes.IndexByte(text, '\n') + 1
	if n == 0 {
		n = len(text)
	}
	n = min(n, lineSize)
	return text[:n], text[n:]
}

// fileLine adds the entry of one line.
func (c *call) fileLine(line []byte, name, number string) error {
	if c.options.verbose {
		c.env.Warn(">> " + string(line))
	}
	text := strings.TrimSuffix(string(line), "\n")
	if text == "" || text[0] == '#' {
		return nil
	}
	words := splitLine(text)
	if len(words) < 2 {
		c.env.Warn("arp: format error on line " + number + " of etherfile " + name + " !\n")
		return nil
	}
	if strings.Contains(words[0], ":") {
		words[0], words[1] = words[1], words[0]
	}
	err := c.set(words)
	if err == nil {
		return nil
	}
	code, complaint := applet.Status(err)
	if code == statusUsage {
		return err
	}
	c.env.Warn(complaint + "\narp: cannot set entry on line " + number + " of etherfile " + name + " !\n")
	return nil
}

// maxWords is how many words a line can have; the rest of it is dropped.
const maxWords = 31

// splitLine splits a line at blanks. A word that begins with a quotation mark
// goes on to the next such mark that has no backslash in front.
func splitLine(s string) []string {
	var words []string
	for s != "" && len(words) < maxWords {
		s = strings.TrimLeft(s, " \t")
		var word string
		if s != "" && (s[0] == '"' || s[0] == '\'') {
			word, s = quoted(s)
		} else {
			n := strings.IndexAny(s, " \t")
			if n < 0 {
				n = len(s)
			}
			word, s = s[:n], s[n:]
		}
		words = append(words, word)
		s = strings.TrimLeft(s, " \t")
	}
	return words
}

// quoted takes a word in quotation marks off a line.
func quoted(s string) (word, rest string) {
	for i := 1; i < len(s); i++ {
		if s[i] == s[0] && s[i-1] != '\\' {
			return s[1:i], s[i+1:]
		}
	}
	return s[1:], ""
}
