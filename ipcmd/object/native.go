package object

import "github.com/nlbox/nlbox/internal/byteorder"

// native is the machine's byte order, which rtnetlink's headers are in.
var native byteorder.Native
