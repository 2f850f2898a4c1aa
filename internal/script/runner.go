package script

import (
	"errors"
	"reflect"
	"unsafe"

	"mvdan.cc/sh/v3/interp"
)

// isMain tells whether the script's own shell calls, not one below it. The
// interpreter tells it only by which of its runners it is, and that in a field
// that is its own.
func (s *shell) isMain(hc interp.HandlerContext) bool { return s.runnerOf(hc) == s.main }

// runnerOf is the interpreter's shell that calls. Every job keeps that of the shell
// that started it, so that no later one can have its address.
func (s *shell) runnerOf(hc interp.HandlerContext) *interp.Runner {
	return *(**interp.Runner)(unsafe.Add(unsafe.Pointer(&hc), s.runnerAt))
}

// runnerOffset finds that field in the type of the interpreter's contexts. Another
// version of it may have none: then no script can be run.
func runnerOffset(context reflect.Type) (uintptr, error) {
	field, ok := context.FieldByName("runner")
	if !ok || len(field.Index) != 1 || field.Type != reflect.TypeFor[*interp.Runner]() {
		return 0, errors.New("built with a version of mvdan.cc/sh that does not tell its shells apart")
	}
	return field.Offset, nil
}

// loopFields is where a runner of the interpreter has the numbers of loops that are to
// be left and to be gone on with: fields of its own, too.
type loopFields struct{ broken, continued uintptr }

// left tells whether a loop of a runner is to be left, or to begin anew.
func (f loopFields) left(r *interp.Runner) bool {
	at := unsafe.Pointer(r)
	return *(*int)(unsafe.Add(at, f.broken)) > 0 || *(*int)(unsafe.Add(at, f.continued)) > 0
}

func loopOffsets(runner reflect.Type) (f loopFields, err error) {
	for name, at := range map[string]*uintptr{"breakEnclosing": &f.broken, "contnEnclosing": &f.continued} {
		field, ok := runner.FieldByName(name)
		if !ok || len(field.Index) != 1 || field.Type != reflect.TypeFor[int]() {
			return f, errors.New("built with a version of mvdan.cc/sh that does not tell how it leaves loops")
		}
		*at = field.Offset
	}
	return f, nil
}
