package script

import (
	"errors"
	"strings"
)

// arithmetic evaluates an expression as sh or bash does. The interpreter's takes what is
// no number for 0.
type arithmetic struct {
	bash   bool
	text   string
	at     int
	lookup func(name string) string
	// sets are the variables that the expression has set so far, names in their order.
	sets  map[string]int64
	names []string
	idle  int // what is read now does not count
	depth int
	err   error
}

// maxDepth is how deep parentheses may stand in each other, and how far a variable of
// bash may lead to another.
const maxDepth = 1024

// operators are those of more than one character, the longest first; behind them those
// of bash.
var operators = [...]string{"<<=", ">>=", "||", "&&", "==", "!=", "<=", ">=", "<<", ">>",
	"+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "++", "--", "**"}

const bashOperators = 3

func (a *arithmetic) fail(text string) {
	if a.err == nil {
		a.err = errors.New(text)
	}
}

// wrong is a mistake in the text: dash's words, or bash's and the place.
func (a *arithmetic) wrong(dash, bash string, at int) {
	if a.bash {
		a.fail(a.text + ": " + bash + " (error token is \"" + strings.TrimRight(a.text[min(at, len(a.text)):], " \t\n") + "\")")
		return
	}
	a.fail("arithmetic expression: " + dash + ": \"" + a.text + "\"")
}

// value is that of the whole text.
func (a *arithmetic) value() int64 {
	if a.bash && strings.Trim(a.text, " \t\n") == "" {
		return 0
	}
	n := a.list()
	if a.err == nil && a.peek() != "" {
		a.wrong("expecting EOF", "syntax error in expression", a.at)
	}
	return n
}

func (a *arithmetic) blanks() {
	for a.at < len(a.text) && strings.IndexByte(" \t\n", a.text[a.at]) >= 0 {
		a.at++
	}
}

// peek is the operator that comes next, or the character.
func (a *arithmetic) peek() string {
	a.blanks()
	rest := a.text[a.at:]
	known := operators[:]
	if !a.bash {
		known = known[:len(known)-bashOperators]
	}
	for _, op := range known {
		if strings.HasPrefix(rest, op) {
			return op
		}
	}
	return rest[:min(1, len(rest))]
}

func (a *arithmetic) take(op string) bool {
	if a.err != nil || a.peek() != op {
		return false
	}
	a.at += len(op)
	return true
}

// list is one or, in bash, more expressions with commas.
func (a *arithmetic) list() int64 {
	n := a.assignment()
	for a.bash && a.take(",") {
		n = a.assignment()
	}
	return n
}

// name reads a variable's name, if there is one.
func (a *arithmetic) name() string {
	a.blanks()
	end := a.at
	for end < len(a.text) && isNameByte(a.text[end], end > a.at) {
		end++
	}
	name := a.text[a.at:end]
	a.at = end
	return name
}

func isNameByte(c byte, later bool) bool {
	return c == '_' || c|0x20 >= 'a' && c|0x20 <= 'z' || later && c >= '0' && c <= '9'
}

func (a *arithmetic) assignment() int64 {
	from := a.at
	if name := a.name(); name != "" {
		switch op := a.peek(); op {
		case "=":
			a.at++
			return a.set(name, a.assignment())
		case "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<=", ">>=":
			a.at += len(op)
			a.blanks()
			at := a.at
			right := a.assignment()
			return a.set(name, a.binary(op[:len(op)-1], a.variable(name), right, at))
		}
	}
	a.at = from
	return a.choice()
}

// choice is c ? a : b.
func (a *arithmetic) choice() int64 {
	c := a.level(1)
	if !a.take("?") {
		return c
	}
	x := a.skipping(c == 0, a.assignment)
	if a.err == nil && !a.take(":") {
		a.wrong("expecting ':'", "`:' expected for conditional expression", a.at)
	}
	y := a.skipping(c != 0, a.choice)
	if c != 0 {
		return x
	}
	return y
}

// skipping reads what does not count if so.
func (a *arithmetic) skipping(idle bool, read func() int64) int64 {
	if idle {
		a.idle++
		defer func() { a.idle-- }()
	}
	return read()
}

// precedence is that of an operator between two values, 0 for others.
func precedence(op string) int {
	switch op {
	case "||":
		return 1
	case "&&":
		return 2
	case "|":
		return 3
	case "^":
		return 4
	case "&":
		return 5
	case "==", "!=":
		return 6
	case "<", "<=", ">", ">=":
		return 7
	case "<<", ">>":
		return 8
	case "+", "-":
		return 9
	case "*", "/", "%":
		return 10
	case "**":
		return 11
	}
	return 0
}

// level reads values joined by operators of at least a precedence.
func (a *arithmetic) level(least int) int64 {
	left := a.unary()
	for a.err == nil {
		op := a.peek()
		p := precedence(op)
		if p < least || p == 0 {
			break
		}
		a.at += len(op)
		a.blanks()
		at := a.at
		next := p + 1
		if op == "**" {
			next = p
		}
		right := a.skipping(op == "||" && left != 0 || op == "&&" && left == 0, func() int64 { return a.level(next) })
		left = a.binary(op, left, right, at)
	}
	return left
}

// binary joins two values; the right one stands at a place.
func (a *arithmetic) binary(op string, x, y int64, at int) int64 {
	truth := func(b bool) int64 {
		if b {
			return 1
		}
		return 0
	}
	switch op {
	case "||":
		return truth(x != 0 || y != 0)
	case "&&":
		return truth(x != 0 && y != 0)
	case "|":
		return x | y
	case "^":
		return x ^ y
	case "&":
		return x & y
	case "==":
		return truth(x == y)
	case "!=":
		return truth(x != y)
	case "<":
		return truth(x < y)
	case "<=":
		return truth(x <= y)
	case ">":
		return truth(x > y)
	case ">=":
		return truth(x >= y)
	case "<<":
		return x << (uint(y) & 63) // as the processor does
	case ">>":
		return x >> (uint(y) & 63)
	case "+":
		return x + y
	case "-":
		return x - y
	case "*":
		return x * y
	case "**":
		if y < 0 && a.idle == 0 {
			a.wrong("", "exponent less than 0", at)
		}
		p := int64(1)
		for ; y > 0; y >>= 1 {
			if y&1 != 0 {
				p *= x
			}
			x *= x
		}
		return p
	}
	if y == 0 {
		if a.idle == 0 {
			a.wrong("division by zero", "division by 0", at)
		}
		return 0
	}
	if op == "/" {
		return x / y
	}
	return x % y
}

func (a *arithmetic) unary() int64 {
	switch op := a.peek(); op {
	case "!", "~", "-", "+":
		a.at++
		n := a.unary()
		switch op {
		case "!":
			if n == 0 {
				return 1
			}
			return 0
		case "~":
			return ^n
		case "-":
			return -n
		}
		return n
	case "++", "--":
		a.at += 2
		from := a.at
		if name := a.name(); name != "" {
			return a.set(name, a.variable(name)+step(op))
		}
		a.at = from
		n := a.unary() // two signs
		return n
	}
	return a.primary()
}

func step(op string) int64 {
	if op == "--" {
		return -1
	}
	return 1
}

func (a *arithmetic) primary() int64 {
	if a.take("(") {
		if a.depth++; a.depth > maxDepth {
			a.wrong("too deep", "expression recursion level exceeded", a.at)
			return 0
		}
		defer func() { a.depth-- }()
		n := a.list()
		if a.err == nil && !a.take(")") {
			a.wrong("expecting ')'", "missing `)'", a.at)
		}
		return n
	}
	a.blanks()
	if name := a.name(); name != "" {
		n := a.variable(name)
		if op := a.peek(); op == "++" || op == "--" {
			a.at += 2
			a.set(name, n+step(op))
		}
		return n
	}
	if a.at < len(a.text) && a.text[a.at] >= '0' && a.text[a.at] <= '9' {
		return a.constant()
	}
	a.wrong("expecting primary", "syntax error: operand expected", a.at)
	return 0
}

// set sets a variable, where it counts.
func (a *arithmetic) set(name string, n int64) int64 {
	if a.idle == 0 && a.err == nil {
		if _, known := a.sets[name]; !known {
			a.names = append(a.names, name)
		}
		a.sets[name] = n
	}
	return n
}

// variable is the value of one: a number, in bash any expression.
func (a *arithmetic) variable(name string) int64 {
	if a.idle > 0 || a.err != nil {
		return 0
	}
	if n, known := a.sets[name]; known {
		return n
	}
	text := a.lookup(name)
	if !a.bash {
		n, rest, out := integerOf(text)
		if text != "" && (out || strings.Trim(rest, " \t\n\v\f\r") != "" || rest == text && strings.Trim(text, " \t\n") != "") {
			a.fail("Illegal number: " + text)
		}
		return n
	}
	if a.depth >= maxDepth {
		a.fail(text + ": expression recursion level exceeded (error token is \"" + text + "\")")
		return 0
	}
	inner := &arithmetic{bash: true, text: text, lookup: a.lookup, sets: a.sets, names: a.names, depth: a.depth + 1}
	n := inner.value()
	a.names, a.err = inner.names, inner.err
	return n
}
