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
