//go:build go1.21

package main

import "net/http"

func init() {
	fullDuplex = func(w http.ResponseWriter) error {
		return http.NewResponseController(w).EnableFullDuplex()
	}
}
