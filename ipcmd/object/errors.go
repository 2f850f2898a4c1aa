package object

import (
	"errors"
	"strings"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/internal/words"
)

// Exit statuses of ip.
const (
	StatusLocal  = 1   // refused before the kernel was asked
	StatusKernel = 2   // refused by the kernel
	StatusUsage  = 255 // usage, unknown words
)

// Fail is an error that ends the command, but not the batch it may be a line of.
func Fail(code int, text string) error { return applet.Fail(code, text) }

// Abort is an error that ends the batch too: see applet.Exit.
func Abort(code int, text string) error {
	return &applet.Exit{Code: code, Text: text, Abort: true}
}

// NoDevice is the error for a device that is not there, where one is changed.
func NoDevice(name string) error {
	return Fail(StatusLocal, `Cannot find device "`+name+`"`)
}

// NotExist is the error for a device that is not there, where one is shown.
func NotExist(name string) error {
	return Fail(StatusLocal, `Device "`+name+`" does not exist.`)
}

// Kernel gives the kernel's refusal of a change or of a question the status
// that ip has for it. Other errors, nil too, are left alone.
func Kernel(err error) error { return KernelStatus(err, StatusKernel) }

// KernelStatus is Kernel with another status.
func KernelStatus(err error, status int) error {
	if err == nil {
		return nil
	}
	var refused *rtnl.Error
	if errors.As(err, &refused) {
		return &applet.Exit{Code: status, Text: refused.Error(), Err: err}
	}
	var transport *rtnl.Transport
	if errors.As(err, &transport) {
		return &applet.Exit{Code: status, Text: transport.Error(), Err: err}
	}
	return err
}

// DumpFailed words a dump that the kernel refused or broke off: its text, and
// "Dump terminated", with the status.
func DumpFailed(err error, status int) error {
	err = KernelStatus(err, status)
	var exit *applet.Exit
	if errors.As(err, &exit) && exit.Err != nil {
		text := "Dump terminated"
		if exit.Text != "" {
			text = exit.Text + "\n" + text
		}
		return &applet.Exit{Code: status, Text: text, Err: err, Abort: true}
	}
	return err
}

// OneOf is the place in list of a word, or of the first that it begins. The error
// for the value of key that is none has the status EINVAL.
func OneOf(key, word string, list []string) (int, error) {
	for i, name := range list {
		if words.Prefix(word, name) {
			return i, nil
		}
	}
	return 0, Fail(int(unix.EINVAL), `Error: argument of "`+key+`" must be one of "`+
		strings.Join(list, `", "`)+`", not "`+word+`"`)
}
