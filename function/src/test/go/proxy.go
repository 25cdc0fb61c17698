// A reverse proxy of the standard library, as queue-proxy of Knative has one.
// It listens on a free port of the loopback interface and prints it.
package main

import (
	"fmt"
	"log"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
)

// fullDuplex keeps the server reading a request whose answer has begun; nil where Go is older than 1.21.
var fullDuplex func(http.ResponseWriter) error

func main() {
	if len(os.Args) < 2 {
		log.Fatal("usage: proxy http://HOST:PORT [full-duplex]")
	}
	target, err := url.Parse(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	proxy := httputil.NewSingleHostReverseProxy(target)
	// As Knative's proxies: they pass on what the client accepts, and ask for no gzip of their own.
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.DisableCompression = true
	proxy.Transport = transport
	var handler http.Handler = proxy
	if len(os.Args) > 2 {
		handler = duplex(handler)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(listener.Addr().(*net.TCPAddr).Port)
	log.Fatal(http.Serve(listener, handler))
}

func duplex(next http.Handler) http.Handler {
	if fullDuplex == nil {
		log.Fatal("full duplex takes Go 1.21 or newer")
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := fullDuplex(w); err != nil {
			log.Fatal(err)
		}
		next.ServeHTTP(w, r)
	})
}
