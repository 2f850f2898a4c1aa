// Package getopt takes command-line options as the C library's getopt_long
// does: short options in bundles, with attached, separate or optional
// arguments; long options that may be abbreviated; options behind the operands
// (permutation) unless POSIXLY_CORRECT is set; and the C library's words for
// what is wrong.
//
// route, arp, brctl and ping share it. It keeps no global state and may import
// the standard library only.
package getopt

// Arg tells whether a long option takes an argument.
type Arg uint8

const (
	No       Arg = iota // --name
	Required            // --name=ARG or --name ARG
	Optional            // --name or --name=ARG
)

// Long is one long option.
type Long struct {
	Name string // without the dashes
	Arg  Arg
	Val  int // what Next returns for it; often the letter of its short twin
}

// What Next returns besides the options themselves.
const (
	Done     = -1  // there are no more options
	Bad      = '?' // an option is wrong: see Parser.Message
	Missing  = ':' // the same for a missing argument, if the short options begin with ':'
	Operands = 1   // an operand in its place, if the short options begin with '-'
)

// order is what happens to operands that stand before options.
type order uint8

const (
	permute order = iota // they are gathered behind the options
	require              // the first operand ends the options
	inPlace              // they are returned as they come
)

// Parser goes through one command line. Its zero value has no options and no
// words; make one with New.
type Parser struct {
	// Arg is the argument of the option that Next returned last; HasArg
	// tells an empty argument from none.
	Arg    string
	HasArg bool
	// Index is the row of the long option that was returned last. Like
	// longindex in C it keeps its value when a short option follows.
	Index int
	// Opt is the offending option after Bad or Missing: a short option's
	// letter, a long option's Val, or 0 when there is no such long option.
	Opt int
	// Message is the complaint after Bad, with the program's name and
	// without a newline. It is empty when the short options begin with ':'.
	Message string

	program string
	args    []string
	short   string
	long    []Long
	order   order
	quiet   bool

	cur         string // rest of a bundle of short options
	ind         int    // next word
	first, last int    // the operands skipped so far are args[first:last]
}

// New returns a parser of args, the words behind the program's name, which it
// copies. program begins each message: give it argv[0] as it was. short is
// getopt's option string: "ab:c::" means -a, -b ARG, -c[ARG]; a leading '+' or
// '-' chooses the order of operands and a ':' behind it silences messages. A
// nil long switches long options off: "--x" is then an option '-'. posix tells
// whether POSIXLY_CORRECT is set, so that the first operand ends the options; it
// is only asked where that makes a difference.
func New(program string, args []string, short string, long []Long, posix func() bool) *Parser {
	p := &Parser{program: program, args: append([]string(nil), args...), long: long}
	switch {
	case short != "" && short[0] == '-':
		p.order, short = inPlace, short[1:]
	case short != "" && short[0] == '+':
		p.order, short = require, short[1:]
	case optionBehindOperand(args) && posix():
		p.order = require
	}
	p.quiet = short != "" && short[0] == ':'
	p.short = short
	return p
}

// optionBehindOperand tells whether the order of operands may matter. An
// option's argument counts as an operand here.
func optionBehindOperand(args []string) bool {
	seen := false
	for _, word := range args {
		if operand(word) {
			seen = true
		} else if seen {
			return true
		}
	}
	return false
}

// Rest returns the operands. Call it after Next has returned Done; before that
// it is what has not been looked at yet.
func (p *Parser) Rest() []string { return p.args[p.ind:] }

// Next returns the next option: its letter or Val, or one of the values above.
func (p *Parser) Next() int {
	p.Arg, p.HasArg, p.Message = "", false, ""
	if p.cur != "" {
		return p.nextShort()
	}
	p.skipOperands()
	if p.ind == len(p.args) {
		// The operands that were passed over stand right before the end.
		if p.first != p.last {
			p.ind = p.first
		}
		return Done
	}
	word := p.args[p.ind]
	if operand(word) {
		if p.order == require {
			return Done
		}
		p.ind++
		p.setArg(word)
		return Operands
	}
	if p.long != nil && word[1] == '-' {
		return p.nextLong(word[2:])
	}
	p.cur = word[1:]
	return p.nextShort()
}

// operand tells whether a word is no option. A single dash is none.
func operand(word string) bool { return len(word) < 2 || word[0] != '-' }

// skipOperands moves to the next word that is an option, or to the end. The
// operands passed over since the last time are moved behind the options that
// followed them.
func (p *Parser) skipOperands() {
	if p.order == permute {
		p.gather()
		for p.ind < len(p.args) && operand(p.args[p.ind]) {
			p.ind++
		}
		p.last = p.ind
	}
	if p.ind < len(p.args) && p.args[p.ind] == "--" {
		p.ind++
		p.gather()
		p.last = len(p.args)
		p.ind = len(p.args)
	}
}

// gather makes args[first:last] the operands that stand right before ind.
func (p *Parser) gather() {
	switch {
	case p.first == p.last:
		p.first = p.ind
	case p.last != p.ind:
		rotate(p.args[p.first:p.ind], p.last-p.first)
		p.first += p.ind - p.last
	}
	p.last = p.ind
}

// rotate moves the first n words of a behind the others.
func rotate(a []string, n int) {
	reverse(a[:n])
	reverse(a[n:])
	reverse(a)
}

func reverse(a []string) {
	for i, j := 0, len(a)-1; i < j; i, j = i+1, j-1 {
		a[i], a[j] = a[j], a[i]
	}
}

func (p *Parser) setArg(arg string) { p.Arg, p.HasArg = arg, true }

// bad records a complaint and returns Bad.
func (p *Parser) bad(opt int, text ...string) int {
	p.Opt = opt
	if !p.quiet {
		p.Message = p.program + ": "
		for _, t := range text {
			p.Message += t
		}
	}
	return Bad
}

// missing is bad for an argument that is not there.
func (p *Parser) missing(opt int, text ...string) int {
	p.bad(opt, text...)
	if p.quiet {
		return Missing
	}
	return Bad
}

// nextShort takes the next letter of a bundle.
func (p *Parser) nextShort() int {
	c, letter := p.cur[0], p.cur[:1]
	p.cur = p.cur[1:]
	if p.cur == "" {
		p.ind++
	}
	arg, ok := p.findShort(c)
	if !ok {
		return p.bad(int(c), "invalid option -- '", letter, "'")
	}
	if arg == No {
		return int(c)
	}
	attached := p.cur
	p.cur = ""
	switch {
	case attached != "":
		p.setArg(attached)
		p.ind++
	case arg == Optional:
	case p.ind == len(p.args):
		return p.missing(int(c), "option requires an argument -- '", letter, "'")
	default:
		p.setArg(p.args[p.ind])
		p.ind++
	}
	return int(c)
}

// findShort looks a letter up in the option string.
func (p *Parser) findShort(c byte) (Arg, bool) {
	if c == ':' || c == ';' {
		return No, false
	}
	for i := 0; i < len(p.short); i++ {
		if p.short[i] != c {
			continue
		}
		switch tail := p.short[i+1:]; {
		case len(tail) > 1 && tail[0] == ':' && tail[1] == ':':
			return Optional, true
		case len(tail) > 0 && tail[0] == ':':
			return Required, true
		}
		return No, true
	}
	return No, false
}
