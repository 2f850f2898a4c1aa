package main

import (
	"errors"
	"flag"
	"io"
	"strings"

	"github.com/urfave/cli/v2"
)

// parseWords parses a verb's words. Options and other words may stand in any
// order; both are taken as they come, so that an option can refer to its place
// among them. "--" ends the options. A call for help is flag.ErrHelp.
func parseWords(words []string, flags []cli.Flag, other func(word string) error) error {
	set := flag.NewFlagSet("", flag.ContinueOnError)
	set.SetOutput(io.Discard)
	set.Usage = func() {}
	for _, f := range flags {
		if err := f.Apply(set); err != nil {
			return err
		}
	}
	options := true
	for len(words) > 0 {
		if word := words[0]; !options || len(word) < 2 || !strings.HasPrefix(word, "-") {
			if err := other(word); err != nil {
				return err
			}
			words = words[1:]
			continue
		}
		if err := set.Parse(words); err != nil {
			return err
		}
		read := words[:len(words)-set.NArg()]
		options = read[len(read)-1] != "--"
		words = set.Args()
	}
	return nil
}

// tooMany is the answer to a word that a verb has no use for.
func tooMany(word string) error { return errors.New("unexpected word " + word) }

// oneOf is the number of the option that was given, 0 for none: options that shut
// each other out. names are theirs, for the error.
func oneOf(given []bool, names string) (int, error) {
	chosen := -1
	for i, on := range given {
		switch {
		case on && chosen >= 0:
			return 0, errors.New("one of " + names + " at a time")
		case on:
			chosen = i
		}
	}
	return max(chosen, 0), nil
}
