package script

import (
	"context"
	"io"

	"mvdan.cc/sh/v3/interp"
	"mvdan.cc/sh/v3/syntax"
)

// wordCopy is the command that $(<file) leaves out.
const wordCopy = mark + "copy"

// copied gives $(<file) its command: the interpreter would open the file by itself,
// by the name that its redirection has become. In sh nothing is read.
func (w *rewriter) copied(c *syntax.CmdSubst) {
	if len(c.Stmts) != 1 {
		return
	}
	st := c.Stmts[0]
	if st.Cmd != nil || st.Negated || st.Background || len(st.Redirs) != 1 || st.Redirs[0].Op != syntax.RdrIn {
		return
	}
	if !w.bash {
		st.Cmd = &syntax.CallExpr{Args: []*syntax.Word{literal("true")}}
		return
	}
	st.Cmd = ours(st.Position, wordCopy).Cmd
}

// gentler lets a $(…) of bash go on behind a failure: set -e is not handed down to it.
func (w *rewriter) gentler(c *syntax.CmdSubst) {
	if w.bash && w.errexit && len(c.Stmts) > 0 {
		c.Stmts = append([]*syntax.Stmt{ours(c.Stmts[0].Position, wordUntested)}, c.Stmts...)
	}
}

// copyInput is wordCopy.
func copyInput(ctx context.Context, hc interp.HandlerContext) error {
	if hc.Stdin == nil {
		return nil
	}
	_, err := io.Copy(hc.Stdout, hc.Stdin)
	if err != nil && ctx.Err() == nil {
		io.WriteString(hc.Stderr, err.Error()+"\n")
		return status(1)
	}
	return ctx.Err()
}

// substitutesProcess tells whether a word is <(…): what it names is there for one
// opening, and by its bare name.
func substitutesProcess(word *syntax.Word) bool {
	if len(word.Parts) != 1 {
		return false
	}
	_, ok := word.Parts[0].(*syntax.ProcSubst)
	return ok
}
