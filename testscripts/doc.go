// Package testscripts holds the golden scripts: for every command of the box
// what it prints, how it ends and what it did, byte for byte as the tool it
// stands for does it.
//
// The goldens are written by the originals:
//
//	go test ./testscripts                                run the scripts with this tree's applets
//	go test ./testscripts -run 'Scripts/^brctl_'         some of them
//	go test -count=1 ./testscripts -args -oracle         run them with the machine's own tools
//	go test -count=1 ./testscripts -args -oracle -update write the goldens from those
//
// README.md beside this file is the manual of the script language: the commands
// and conditions, and how a script stays true on other machines and kernels.
package testscripts
