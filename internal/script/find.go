package script

import (
	"context"
	"io"
	"os"
	"strings"

	"mvdan.cc/sh/v3/interp"
	"mvdan.cc/sh/v3/syntax"
)

// described is what a name is to sh: type's words, and command -v's.
func (c *invocation) described(name string) (long, short string) {
	switch {
	case syntax.IsKeyword(name) && name != "[[" && name != "function" && name != "select" && name != "time" && name != "coproc":
		return " is a shell keyword", name
	case c.runnerOf(c.hc).Funcs[name] != nil:
		return " is a shell function", name
	case special(name), name == "export", name == "readonly":
		return " is a special shell builtin", name
	case interp.IsBuiltin(name) && c.shellHas(name):
		return " is a shell builtin", name
	}
	if strings.Contains(name, "/") {
		if _, err := os.Stat(c.absolute(name)); err != nil {
			return "", ""
		}
		return " is " + name, name
	}
	path, err := c.find(name)
	if err != nil {
		return "", ""
	}
	if path == selfExe { // an applet, wherever its link is
		path = name
		if found, err := c.inPath(name); err == nil {
			path = found
		}
	}
	return " is " + path, path
}

// shellHas tells whether dash has a builtin of the interpreter's.
func (c *invocation) shellHas(name string) bool {
	switch name {
	case "source", "builtin", "pushd", "popd", "dirs", "shopt", "mapfile", "readarray", "help", "declare", "let", "typeset":
		return false
	}
	return true
}

// describe is type, command -v and command -V of sh: aliases are the interpreter's.
func (s *shell) describe(hc interp.HandlerContext, option string, names []string) int {
	c := &invocation{shell: s, hc: hc}
	code := 0
	for _, name := range names {
		long, short := c.described(name)
		switch {
		case long == "" && option != "-v":
			io.WriteString(hc.Stdout, name+": not found\n")
			code = 127
		case long == "":
			code = 127
		case option == "-v":
			io.WriteString(hc.Stdout, short+"\n")
		default:
			io.WriteString(hc.Stdout, name+long+"\n")
		}
	}
	return code
}

// hash looks for commands; what was found is not kept.
func (s *shell) hash(ctx context.Context, hc interp.HandlerContext, words []string) int {
	c := &invocation{shell: s, ctx: ctx, hc: hc}
	code := 0
	for _, word := range words {
		if strings.HasPrefix(word, "-") || c.runnerOf(hc).Funcs[word] != nil || interp.IsBuiltin(word) {
			continue
		}
		if _, err := c.find(word); err != nil {
			s.complain(hc.Stderr, int(hc.Pos.Line()), "hash: "+word+": not found")
			code = 1
		}
	}
	return code
}
