// Draws, edits and streams with the official Go SDK.
package main

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"os"

	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/option"
)

const model = "gpt-image-1"

func main() {
	client := openai.NewClient(
		option.WithBaseURL(setting("PLANTAIN_BASE_URL", "http://127.0.0.1:4747/v1")),
		option.WithAPIKey(setting("PLANTAIN_API_KEY", "")),
	)
	ctx := context.Background()
	for _, step := range []func(context.Context, openai.Client) error{draw, edit, stream} {
		if err := step(ctx, client); err != nil {
			fmt.Fprintln(os.Stderr, "error:", err)
			os.Exit(1)
		}
	}
}

func draw(ctx context.Context, client openai.Client) error {
	// Fields that the SDK does not know are set on the JSON itself.
	answer, err := client.Images.Generate(ctx, openai.ImageGenerateParams{
		Model:          model,
		Prompt:         "A cute baby sea otter",
		ResponseFormat: "b64_json",
	}, option.WithJSONSet("aspect_ratio", "1:1"))
	if err != nil {
		return err
	}
	if len(answer.Data) == 0 {
		return errors.New("no picture in the answer")
	}
	fmt.Println("drawn: otter.png,", answer.Usage.TotalTokens, "tokens")
	return save("otter.png", answer.Data[0].B64JSON)
}

func edit(ctx context.Context, client openai.Client) error {
	picture, err := os.Open("otter.png")
	if err != nil {
		return err
	}
	defer picture.Close()
	// OfFileArray sends several references; Mask limits where the picture may change.
	answer, err := client.Images.Edit(ctx, openai.ImageEditParams{
		Model:  model,
		Prompt: "The otter wears a red woollen hat",
		Image:  openai.ImageEditParamsImageUnion{OfFile: openai.File(picture, "otter.png", "image/png")},
	})
	if err != nil {
		return err
	}
	if len(answer.Data) == 0 {
		return errors.New("no picture in the answer")
	}
	fmt.Println("edited: otter-hat.png")
	return save("otter-hat.png", answer.Data[0].B64JSON)
}

func stream(ctx context.Context, client openai.Client) error {
	events := client.Images.GenerateStreaming(ctx, openai.ImageGenerateParams{
		Model:         model,
		Prompt:        "A cute baby sea otter at night, under the stars",
		PartialImages: openai.Int(1),
	})
	defer events.Close()
	for events.Next() {
		event := events.Current()
		switch event.Type {
		case "image_generation.partial_image":
			fmt.Println("draft", event.PartialImageIndex, "has arrived")
		case "image_generation.completed":
			fmt.Println("streamed: otter-night.png")
			return save("otter-night.png", event.B64JSON)
		}
	}
	return errors.Join(events.Err(), errors.New("the stream ended without a picture"))
}

func save(name, b64JSON string) error {
	picture, err := base64.StdEncoding.DecodeString(b64JSON)
	if err != nil {
		return err
	}
	if len(picture) == 0 {
		return errors.New("empty b64_json")
	}
	return os.WriteFile(name, picture, 0o644)
}

func setting(name, fallback string) string {
	if value := os.Getenv(name); value != "" {
		return value
	}
	if fallback == "" {
		fmt.Fprintln(os.Stderr, "error: set", name)
		os.Exit(1)
	}
	return fallback
}
