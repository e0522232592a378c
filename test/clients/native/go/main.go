// Google's Go SDK against a running Plantain: PLANTAIN_URL and PLANTAIN_KEY say which. One line a check.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"google.golang.org/genai"
)

const model = "gemini-nano-banana-2.1"

var ctx = context.Background()

func client(key string) *genai.Client {
	made, err := genai.NewClient(ctx, &genai.ClientConfig{
		APIKey:      key,
		Backend:     genai.BackendGeminiAPI,
		HTTPOptions: genai.HTTPOptions{BaseURL: os.Getenv("PLANTAIN_URL")},
	})
	if err != nil {
		panic(err)
	}
	return made
}

func own() *genai.Client { return client(os.Getenv("PLANTAIN_KEY")) }

func expectPicture(answer *genai.GenerateContentResponse, err error) error {
	if err != nil {
		return err
	}
	for _, candidate := range answer.Candidates {
		if candidate.Content == nil {
			continue
		}
		for _, part := range candidate.Content.Parts {
			if part.InlineData != nil && len(part.InlineData.Data) > 1000 {
				return nil
			}
		}
	}
	return errors.New("no picture")
}

func generate() error {
	config := &genai.GenerateContentConfig{
		ResponseModalities: []string{"IMAGE"},
		ImageConfig:        &genai.ImageConfig{AspectRatio: "16:9"},
	}
	return expectPicture(own().Models.GenerateContent(ctx, model, genai.Text("a red fox"), config))
}

func edit() error {
	picture, err := os.ReadFile(os.Getenv("PLANTAIN_PICTURE"))
	if err != nil {
		return err
	}
	parts := []*genai.Part{genai.NewPartFromBytes(picture, "image/png"), genai.NewPartFromText("make it green")}
	contents := []*genai.Content{genai.NewContentFromParts(parts, genai.RoleUser)}
	return expectPicture(own().Models.GenerateContent(ctx, model, contents, nil))
}

func stream() error {
	failure := errors.New("no picture")
	for chunk, err := range own().Models.GenerateContentStream(ctx, model, genai.Text("a red fox"), nil) {
		if err != nil {
			return err
		}
		if expectPicture(chunk, nil) == nil {
			failure = nil
		}
	}
	return failure
}

func files() error {
	c := own()
	file, err := c.Files.UploadFromPath(ctx, os.Getenv("PLANTAIN_PICTURE"), &genai.UploadFileConfig{MIMEType: "image/png"})
	if err != nil {
		return err
	}
	parts := []*genai.Part{genai.NewPartFromURI(file.URI, file.MIMEType), genai.NewPartFromText("make it green")}
	contents := []*genai.Content{genai.NewContentFromParts(parts, genai.RoleUser)}
	if err := expectPicture(c.Models.GenerateContent(ctx, model, contents, nil)); err != nil {
		return err
	}
	page, err := c.Files.List(ctx, nil)
	if err != nil || len(page.Items) != 1 || page.Items[0].Name != file.Name {
		return fmt.Errorf("the list of files: %v %v", page.Items, err)
	}
	if _, err := c.Files.Delete(ctx, file.Name, nil); err != nil {
		return err
	}
	_, err = c.Files.Get(ctx, file.Name, nil)
	return expectError(err, 403, "PERMISSION_DENIED", "You do not have permission")
}

func countAndList() error {
	count, err := own().Models.CountTokens(ctx, model, genai.Text("a red fox"), nil)
	if err != nil || count.TotalTokens == 0 {
		return fmt.Errorf("no count: %v", err)
	}
	found := false
	for one, err := range own().Models.All(ctx) {
		if err != nil {
			return err
		}
		found = found || one.Name == "models/"+model
	}
	if !found {
		return errors.New("the model is not listed")
	}
	_, err = own().Models.Get(ctx, model, nil)
	return err
}

func expectError(err error, code int, status, words string) error {
	var told genai.APIError
	if !errors.As(err, &told) || told.Code != code || told.Status != status || !strings.Contains(told.Message, words) {
		return fmt.Errorf("expected %d %s %q, got: %v", code, status, words, err)
	}
	return nil
}

func documentedErrors() error {
	ask := func(c *genai.Client, name, prompt string, config *genai.GenerateContentConfig) error {
		_, err := c.Models.GenerateContent(ctx, name, genai.Text(prompt), config)
		return err
	}
	search := &genai.GenerateContentConfig{Tools: []*genai.Tool{{GoogleSearch: &genai.GoogleSearch{}}}}
	told := errors.Join(
		expectError(ask(client("wrong"), model, "a fox", nil), 400, "INVALID_ARGUMENT", "API key not valid"),
		expectError(ask(own(), "gemini-x", "a fox", nil), 404, "NOT_FOUND", "models/gemini-x is not found"),
		expectError(ask(own(), model, "a fox", &genai.GenerateContentConfig{CandidateCount: 2}), 400, "INVALID_ARGUMENT", "Multiple candidates"),
		expectError(ask(own(), model, "a fox", search), 400, "INVALID_ARGUMENT", "googleSearch"),
		expectError(ask(own(), model, "a fox [scenario: overloaded]", nil), 503, "UNAVAILABLE", "overloaded"),
		expectError(ask(own(), model, "a fox [scenario: rate-limit 1]", nil), 429, "RESOURCE_EXHAUSTED", ""),
	)
	time.Sleep(2 * time.Second)
	spent := ask(own(), model, "a fox [scenario: credits-depleted]", nil)
	return errors.Join(told, expectError(spent, 402, "RESOURCE_EXHAUSTED", ""))
}

func main() {
	failures := 0
	checks := []struct {
		name string
		run  func() error
	}{{"generate", generate}, {"edit", edit}, {"stream", stream}, {"files", files}, {"countAndList", countAndList}, {"documentedErrors", documentedErrors}}
	for _, check := range checks {
		if err := check.run(); err != nil {
			failures++
			fmt.Printf("FAIL %s: %v\n", check.name, err)
		} else {
			fmt.Printf("ok %s\n", check.name)
		}
	}
	if failures > 0 {
		os.Exit(1)
	}
}
