package script

import (
	"errors"
	"io"
	"os"
	"strings"

	"mvdan.cc/sh/v3/interp"
)

// openSource opens a file for ".", rewritten as the script itself is.
func (s *shell) openSource(hc interp.HandlerContext, file string) (io.ReadWriteCloser, error) {
	text, err := os.ReadFile(sourcePath(hc, file))
	if err != nil {
		return nil, &os.PathError{Op: ".", Path: file, Err: errors.New(reason(err))}
	}
	parsed, err := s.parse(text, file)
	if err != nil {
		return nil, err
	}
	s.rewrite(parsed, text, nil)
	var b strings.Builder
	if err := printScript(&b, parsed); err != nil {
		return nil, err
	}
	return &textFile{strings.NewReader(b.String())}, nil
}

// textFile is a text as an opened file.
type textFile struct{ *strings.Reader }

func (*textFile) Write([]byte) (int, error) { return 0, errors.ErrUnsupported }
func (*textFile) Close() error              { return nil }
