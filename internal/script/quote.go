package script

import "strings"

// quoteWord quotes a word, if it has to be, so that a shell reads it as one.
func quoteWord(word string) string {
	if word != "" && strings.Trim(word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=:,./@%^") == "" {
		return word
	}
	return quoteSingle(word)
}

func quoteSingle(word string) string { return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'" }

// quoteListed quotes a word as dash does in its lists.
func quoteListed(word string) string {
	return "'" + strings.ReplaceAll(word, "'", `'"'"'`) + "'"
}
