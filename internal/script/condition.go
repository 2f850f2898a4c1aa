package script

import (
	"errors"
	"strconv"
	"strings"

	"mvdan.cc/sh/v3/interp"
)

// condition is test, or [, as the shells have it: the interpreter's takes what is no
// number for one, and has words of its own for what is wrong.
type condition struct {
	*shell
	hc    interp.HandlerContext
	words []string
	at    int
	// behind is what stands behind the words: the ] of [.
	behind string
}

// The kinds of words.
type operator int

const (
	isOperand operator = iota
	isUnary
	isBinary
	isAndOr
	isNot
	isParen
	isEnd
)

var errUnclosed = errors.New("closing paren expected")

// kindOf is what a word is where an operator may stand.
func (c *condition) kindOf(word string) operator {
	switch word {
	case "=", "!=", "<", ">", "-eq", "-ne", "-ge", "-gt", "-le", "-lt", "-nt", "-ot", "-ef":
		return isBinary
	case "==":
		if c.bash {
			return isBinary
		}
	case "-a", "-o":
		return isAndOr
	case "!":
		return isNot
	case "(", ")":
		return isParen
	}
	letters := "rwxefdcbpugkstznhLOGS"
	if c.bash {
		letters += "aoNRv"
	}
	if len(word) == 2 && word[0] == '-' && strings.IndexByte(letters, word[1]) >= 0 {
		return isUnary
	}
	return isOperand
}

// test is the builtin.
func (s *shell) test(hc interp.HandlerContext, name string, words []string) error {
	c := &condition{shell: s, hc: hc, words: words}
	holds, err := false, error(nil)
	switch {
	case name == "[" && (len(words) == 0 || words[len(words)-1] != "]"):
		err = errors.New("missing ]")
		if s.bash {
			err = errors.New("missing `]'")
		}
	default:
		if name == "[" {
			c.words, c.behind = words[:len(words)-1], "]"
		}
		if s.bash {
			holds, err = c.byNumber()
		} else {
			holds, err = c.whole()
		}
	}
	if err != nil {
		s.complain(hc.Stderr, int(hc.Pos.Line()), name+": "+err.Error())
		return status(2)
	}
	if !holds {
		return status(1)
	}
	return nil
}

// wrong is a word in the wrong place; an empty one is not named.
func wrong(word, text string) error {
	if word != "" {
		word += ": "
	}
	return errors.New(word + text)
}

// whole is dash's way: three and four words have a meaning of their own, the others
// are an expression.
func (c *condition) whole() (bool, error) {
	negated := false
	kind := operator(-1)
	for n := len(c.words); n == 3 || n == 4; n = len(c.words) {
		if n == 3 && c.kindOf(c.words[1]) == isBinary {
			kind = isOperand
			break
		}
		if c.words[0] == "(" && c.words[n-1] == ")" {
			c.words = c.words[1 : n-1]
			break
		}
		if c.words[0] != "!" {
			break
		}
		negated = !negated
		c.words = c.words[1:]
	}
	if len(c.words) == 0 {
		return negated, nil
	}
	if kind != isOperand {
		kind = c.kind()
	}
	value, err := c.or(kind)
	if err == nil && c.at+1 < len(c.words) {
		err = wrong(c.words[c.at], "unexpected operator")
	}
	return value != negated, err
}

// kind is that of the word that is looked at: what would be an operator is an operand
// where it has none.
func (c *condition) kind() operator {
	if c.at >= len(c.words) {
		return isEnd
	}
	rest := c.words[c.at:]
	kind := c.kindOf(rest[0])
	switch {
	case kind == isUnary && (len(rest) == 1 || len(rest) > 2 && c.kindOf(rest[1]) == isBinary):
		return isOperand
	case rest[0] == "(" && len(rest) == 1:
		return isOperand
	}
	return kind
}

func (c *condition) is(word string) bool { return c.at < len(c.words) && c.words[c.at] == word }

// or and and look at all that they join, as the shells do.
func (c *condition) or(kind operator) (bool, error) { return c.joined("-o", kind, c.and) }

func (c *condition) and(kind operator) (bool, error) { return c.joined("-a", kind, c.negation) }

func (c *condition) joined(by string, kind operator, part func(operator) (bool, error)) (bool, error) {
	value, err := part(kind)
	for err == nil {
		if c.at++; !c.is(by) {
			c.at--
			break
		}
		c.at++
		var right bool
		if right, err = part(c.kind()); by == "-o" {
			value = value || right
		} else {
			value = value && right
		}
	}
	return value, err
}

func (c *condition) negation(kind operator) (bool, error) {
	if kind != isNot {
		return c.primary(kind)
	}
	c.at++
	value, err := c.negation(c.kind())
	return !value, err
}

func (c *condition) primary(kind operator) (bool, error) {
	if kind == isEnd {
		return false, nil
	}
	word := c.words[c.at]
	switch {
	case kind == isParen && word == "(":
		if c.at++; c.is(")") {
			return false, nil
		}
		value, err := c.or(c.kind())
		if c.at++; err == nil && !c.is(")") {
			err = errUnclosed
		}
		return value, err
	case kind == isUnary:
		if c.at++; c.at >= len(c.words) {
			return false, wrong(word, "argument expected")
		}
		return c.unary(word[1], c.words[c.at])
	}
	if c.at+1 < len(c.words) && c.kindOf(c.words[c.at+1]) == isBinary {
		op := c.words[c.at+1]
		if c.at += 2; c.at >= len(c.words) {
			return false, wrong(op, "argument expected")
		}
		return c.binary(word, op, c.words[c.at])
	}
	return word != "", nil
}

// byNumber is bash's way: up to four words have a meaning of their own.
func (c *condition) byNumber() (value bool, err error) {
	switch w := c.words; {
	case len(w) == 0:
		return false, nil
	case len(w) == 1:
		return w[0] != "", nil
	case len(w) == 2 && w[0] == "!":
		return w[1] == "", nil
	case len(w) == 2 && c.kindOf(w[0]) == isUnary:
		return c.unary(w[0][1], w[1])
	case len(w) == 2 && len(w[0]) == 2 && w[0][0] == '-' && w[0][1] == 'a':
		return c.unary('a', w[1])
	case len(w) == 2 && w[0] == "-o":
		return c.unary('o', w[1])
	case len(w) == 2:
		return false, errors.New(w[0] + ": unary operator expected")
	case len(w) == 3 && c.kindOf(w[1]) == isBinary:
		return c.binary(w[0], w[1], w[2])
	case len(w) == 3 && w[1] == "-a":
		return w[0] != "" && w[2] != "", nil
	case len(w) == 3 && w[1] == "-o":
		return w[0] != "" || w[2] != "", nil
	case (len(w) == 3 || len(w) == 4) && w[0] == "!":
		c.words = w[1:]
		value, err = c.byNumber()
		return !value, err
	case (len(w) == 3 || len(w) == 4) && w[0] == "(" && w[len(w)-1] == ")":
		c.words = w[1 : len(w)-1]
		return c.byNumber()
	case len(w) == 3:
		return false, errors.New(w[1] + ": binary operator expected")
	}
	if value, err = c.bashOr(); err == nil && c.at < len(c.words) {
		err = errors.New("too many arguments")
		if strings.HasPrefix(c.words[c.at], "-") {
			err = errors.New("syntax error: `" + c.words[c.at] + "' unexpected")
		}
	}
	return value, err
}

func (c *condition) bashOr() (bool, error) { return c.bashJoined("-o", c.bashAnd) }

func (c *condition) bashAnd() (bool, error) { return c.bashJoined("-a", c.term) }

func (c *condition) bashJoined(by string, part func() (bool, error)) (bool, error) {
	value, err := part()
	for err == nil && c.is(by) {
		c.at++
		var right bool
		if right, err = part(); by == "-o" {
			value = value || right
		} else {
			value = value && right
		}
	}
	return value, err
}

func (c *condition) term() (bool, error) {
	rest := c.words[c.at:]
	switch {
	case len(rest) == 0:
		return false, errors.New("argument expected")
	case rest[0] == "!":
		c.at++
		value, err := c.term()
		return !value, err
	case rest[0] == "(":
		c.at++
		value, err := c.bashOr()
		switch {
		case err != nil:
		case c.at >= len(c.words) && c.behind == "":
			err = errors.New("`)' expected")
		case c.at >= len(c.words):
			err = errors.New("`)' expected, found " + c.behind)
		case !c.is(")"):
			err = errors.New("`)' expected, found " + c.words[c.at])
		}
		c.at++
		return value, err
	case len(rest) > 2 && c.kindOf(rest[1]) == isBinary:
		c.at += 3
		return c.binary(rest[0], rest[1], rest[2])
	case len(rest) > 1 && (c.kindOf(rest[0]) == isUnary || rest[0] == "-a" || rest[0] == "-o"):
		c.at += 2
		return c.unary(rest[0][1], rest[1])
	}
	c.at++
	return rest[0] != "", nil
}

// number reads one of a comparison.
func (c *condition) number(word string) (int64, error) {
	n, err := strconv.ParseInt(strings.Trim(word, " \t\n\v\f\r"), 10, 64)
	switch {
	case err == nil && !strings.Contains(word, "_"):
		return n, nil
	case c.bash:
		return 0, errors.New(word + ": integer expression expected")
	}
	return 0, errors.New("Illegal number: " + word)
}

func (c *condition) binary(left, op, right string) (bool, error) {
	switch op {
	case "=", "==":
		return left == right, nil
	case "!=":
		return left != right, nil
	case "<":
		return left < right, nil
	case ">":
		return left > right, nil
	case "-nt", "-ot", "-ef":
		return c.compareFiles(left, op, right), nil
	}
	x, err := c.number(left)
	if err != nil {
		return false, err
	}
	y, err := c.number(right)
	if err != nil {
		return false, err
	}
	switch op {
	case "-eq":
		return x == y, nil
	case "-ne":
		return x != y, nil
	case "-ge":
		return x >= y, nil
	case "-gt":
		return x > y, nil
	case "-le":
		return x <= y, nil
	}
	return x < y, nil
}
