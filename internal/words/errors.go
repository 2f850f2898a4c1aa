package words

import "strings"

// Error is a mistake in the words of a command. The original ends on the spot
// with it, in a batch too.
type Error struct {
	// Code is the exit status.
	Code int
	// Text is what goes to stderr, without the last newline.
	Text string
	// Word is the word that was wrong, if there is one.
	Word string
}

func (e *Error) Error() string { return e.Text }

// ExitCode returns Code.
func (e *Error) ExitCode() int { return e.Code }

// Aborts says that a batch ends with the error.
func (e *Error) Aborts() bool { return true }

// usageStatus is exit(-1).
const usageStatus = 255

func failure(code int, word string, text ...string) error {
	return &Error{Code: code, Text: strings.Join(text, ""), Word: word}
}

// Incomplete is the error for a keyword without its value.
func Incomplete() error {
	return failure(usageStatus, "", `Command line is not complete. Try option "help"`)
}

// Missing is the error for an argument that has to be there.
func Missing(key string) error {
	return failure(usageStatus, key, `Error: argument "`, key, `" is required`)
}

// Invalid is the error for a word that is wrong for the reason msg. Where the
// original's reason ends in a newline, so must msg.
func Invalid(msg, word string) error {
	return failure(usageStatus, word, `Error: argument "`, word, `" is wrong: `, msg)
}

// Duplicate is the error for a keyword that was given before.
func Duplicate(key, word string) error {
	return failure(usageStatus, word, `Error: duplicate "`, key, `": "`, word, `" is the second value.`)
}

// Garbage is the error for a word that is a second value of key, or no keyword
// at all.
func Garbage(key, word string) error {
	return failure(usageStatus, word, `Error: either "`, key, `" is duplicate, or "`, word, `" is a garbage.`)
}

// Usage is the help text as an error: it goes to stderr with status 255.
func Usage(text string) error {
	return failure(usageStatus, "", strings.TrimSuffix(text, "\n"))
}

// Expected is the error for a word that is no address or prefix; what is like
// "inet address" or "any valid prefix".
func Expected(what, word string) error {
	return failure(1, word, "Error: ", what, ` is expected rather than "`, word, `".`)
}
