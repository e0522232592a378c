// Package report prints what a client could do, for test/clients/run.ts to read.
package report

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
)

const (
	Model         = "gemini-2.5-flash-image"
	Prompt        = "A cute baby sea otter"
	RefusedPrompt = "A cute baby sea otter [scenario: image-safety]"
	Square        = "1024x1024"
	Wide          = "1344x768"
)

var (
	BaseURL  = os.Getenv("PLANTAIN_BASE_URL")
	Key      = os.Getenv("PLANTAIN_API_KEY")
	WrongKey = "sk-" + strings.Repeat("0", 48)
)

// Picture is a file that the runner decodes and measures.
type Picture struct {
	File   string `json:"file"`
	Size   string `json:"size,omitempty"`
	Format string `json:"format,omitempty"`
	Masked bool   `json:"masked,omitempty"`
}

type result struct {
	Feature  string    `json:"feature"`
	Status   string    `json:"status"`
	Detail   string    `json:"detail,omitempty"`
	Pictures []Picture `json:"pictures,omitempty"`
}

var written int

// Feature tries one thing; a failure does not end the suite.
func Feature(name string, attempt func() ([]Picture, error)) {
	pictures, err := attempt()
	if err != nil {
		show(result{Feature: name, Status: "fail", Detail: err.Error()})
		return
	}
	show(result{Feature: name, Status: "pass", Pictures: pictures})
}

// Unsupported names what the client has no way to ask for.
func Unsupported(names ...string) {
	for _, name := range names {
		show(result{Feature: name, Status: "unsupported"})
	}
}

// Base64 writes a picture given as base64; size is what it must measure.
func Base64(text, size string) ([]Picture, error) {
	data, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return nil, err
	}
	return bytes(data, size)
}

// Link fetches a picture without a key, as any program would.
func Link(url, size string) ([]Picture, error) {
	answer, err := http.Get(url)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK || !strings.HasPrefix(answer.Header.Get("content-type"), "image/") {
		return nil, fmt.Errorf("%s answered %s, %s", url, answer.Status, answer.Header.Get("content-type"))
	}
	data, err := io.ReadAll(answer.Body)
	if err != nil {
		return nil, err
	}
	return bytes(data, size)
}

// Masked marks the pictures as results of an edit with mask.png.
func Masked(pictures []Picture, err error) ([]Picture, error) {
	for index := range pictures {
		pictures[index].Masked = true
	}
	return pictures, err
}

// Input opens one of the pictures that the runner made.
func Input(name string) *os.File {
	file, err := os.Open(filepath.Join(os.Getenv("PLANTAIN_CLIENT_INPUT"), name))
	if err != nil {
		panic(err)
	}
	return file
}

// CheckNames looks for the names that model pickers want.
func CheckNames(names []string) error {
	known := map[string]bool{}
	for _, name := range names {
		known[name] = true
	}
	if !known[Model] || !known["gemini-3-pro-image"] || !known["dall-e-3"] {
		return errors.New("the list of models lacks a name")
	}
	return nil
}

// Refused checks the error that must have been raised.
func Refused(err error, status int, code string, gotStatus int, gotCode string) error {
	if err == nil {
		return errors.New("no error was raised")
	}
	if gotStatus != status || gotCode != code {
		return fmt.Errorf("raised %d %q, not %d %q: %w", gotStatus, gotCode, status, code, err)
	}
	return nil
}

func bytes(data []byte, size string) ([]Picture, error) {
	written++
	file := filepath.Join(os.Getenv("PLANTAIN_CLIENT_OUTPUT"), fmt.Sprintf("%d.picture", written))
	if err := os.WriteFile(file, data, 0o600); err != nil {
		return nil, err
	}
	return []Picture{{File: file, Size: size, Format: "png"}}, nil
}

func show(r result) {
	line, _ := json.Marshal(r)
	fmt.Printf("@result %s\n", line)
}
