package main

// The linker lays the packages' code out in the order in which it meets their
// imports, this file's first. What every start touches comes first here, side by
// side; in order of their names it would lie in pieces between the verbs'
// libraries, and a start would touch a few more of them. Nothing depends on it, and
// nothing more is linked.
import (
	_ "github.com/nlbox/nlbox/cmd/nlbox/first"

	// What initialises itself before the applets do.
	_ "context"
	_ "encoding/base64"
	_ "encoding/json"
	_ "flag"
	_ "io/ioutil"
	_ "os/signal"

	// What the applets share.
	_ "github.com/nlbox/nlbox/ipcmd/object"

	_ "github.com/nlbox/nlbox/cmd/nlbox/early" // runs the applets
)
