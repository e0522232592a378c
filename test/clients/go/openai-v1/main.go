// The official Go SDK, first major (the one the API page imports), against Plantain.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/openai/openai-go"
	"github.com/openai/openai-go/option"

	"plantain.test/clients/report"
)

func main() {
	ctx := context.Background()
	client := openai.NewClient(option.WithBaseURL(report.BaseURL), option.WithAPIKey(report.Key))

	generate := func(params openai.ImageGenerateParams, options ...option.RequestOption) (*openai.ImagesResponse, error) {
		params.Model = report.Model
		if params.Prompt == "" {
			params.Prompt = report.Prompt
		}
		answer, err := client.Images.Generate(ctx, params, options...)
		if err == nil && len(answer.Data) == 0 {
			err = errors.New("no picture in the answer")
		}
		return answer, err
	}
	edit := func(params openai.ImageEditParams) (*openai.ImagesResponse, error) {
		params.Model = report.Model
		params.Prompt = "Add a hat"
		answer, err := client.Images.Edit(ctx, params)
		if err == nil && len(answer.Data) == 0 {
			err = errors.New("no picture in the answer")
		}
		return answer, err
	}
	first := func() io.Reader { return openai.File(report.Input("first.png"), "first.png", "image/png") }

	report.Feature("generate", func() ([]report.Picture, error) {
		answer, err := generate(openai.ImageGenerateParams{ResponseFormat: "b64_json"})
		if err != nil {
			return nil, err
		}
		if answer.Usage.TotalTokens == 0 || answer.Created == 0 {
			return nil, errors.New("usage or created is missing")
		}
		return report.Base64(answer.Data[0].B64JSON, report.Square)
	})
	report.Feature("ratio", func() ([]report.Picture, error) {
		answer, err := generate(openai.ImageGenerateParams{}, option.WithJSONSet("aspect_ratio", "16:9"))
		if err != nil {
			return nil, err
		}
		return report.Base64(answer.Data[0].B64JSON, report.Wide)
	})
	report.Feature("n", func() ([]report.Picture, error) {
		answer, err := generate(openai.ImageGenerateParams{N: openai.Int(2)})
		if err != nil {
			return nil, err
		}
		if len(answer.Data) != 2 {
			return nil, fmt.Errorf("%d pictures, not 2", len(answer.Data))
		}
		return report.Base64(answer.Data[1].B64JSON, report.Square)
	})
	report.Feature("url", func() ([]report.Picture, error) {
		answer, err := generate(openai.ImageGenerateParams{ResponseFormat: "url"})
		if err != nil {
			return nil, err
		}
		return report.Link(answer.Data[0].URL, report.Square)
	})
	report.Feature("stream", func() ([]report.Picture, error) {
		stream := client.Images.GenerateStreaming(ctx, openai.ImageGenerateParams{Model: report.Model, Prompt: report.Prompt})
		for stream.Next() {
			if event := stream.Current(); event.Type == "image_generation.completed" {
				return report.Base64(event.B64JSON, report.Square)
			}
		}
		return nil, errors.Join(stream.Err(), errors.New("no completed event"))
	})
	report.Feature("edit", func() ([]report.Picture, error) {
		// As the SDK's own documentation does it: a bare file.
		image := openai.ImageEditParamsImageUnion{OfFile: report.Input("first.png")}
		answer, err := edit(openai.ImageEditParams{Image: image, Size: "1024x1024"})
		if err != nil {
			return nil, err
		}
		return report.Base64(answer.Data[0].B64JSON, report.Square)
	})
	report.Feature("edit 2", func() ([]report.Picture, error) {
		image := openai.ImageEditParamsImageUnion{OfFileArray: []io.Reader{first(), report.Input("second.jpg")}}
		answer, err := edit(openai.ImageEditParams{Image: image, Size: "1024x1024"})
		if err != nil {
			return nil, err
		}
		return report.Base64(answer.Data[0].B64JSON, report.Square)
	})
	report.Feature("mask", func() ([]report.Picture, error) {
		image := openai.ImageEditParamsImageUnion{OfFile: first()}
		mask := openai.File(report.Input("mask.png"), "mask.png", "image/png")
		answer, err := edit(openai.ImageEditParams{Image: image, Mask: mask})
		if err != nil {
			return nil, err
		}
		return report.Masked(report.Base64(answer.Data[0].B64JSON, report.Square))
	})
	report.Feature("edit stream", func() ([]report.Picture, error) {
		image := openai.ImageEditParamsImageUnion{OfFile: first()}
		stream := client.Images.EditStreaming(ctx, openai.ImageEditParams{Model: report.Model, Prompt: "At night", Image: image, Size: "1024x1024"})
		for stream.Next() {
			if event := stream.Current(); event.Type == "image_edit.completed" {
				return report.Base64(event.B64JSON, report.Square)
			}
		}
		return nil, errors.Join(stream.Err(), errors.New("no completed event"))
	})
	report.Feature("models", func() ([]report.Picture, error) {
		names := []string{}
		pager := client.Models.ListAutoPaging(ctx)
		for pager.Next() {
			names = append(names, pager.Current().ID)
		}
		if _, err := client.Models.Get(ctx, report.Model); err != nil {
			return nil, err
		}
		return nil, errors.Join(pager.Err(), report.CheckNames(names))
	})
	report.Feature("wrong key", func() ([]report.Picture, error) {
		stranger := openai.NewClient(option.WithBaseURL(report.BaseURL), option.WithAPIKey(report.WrongKey))
		_, err := stranger.Images.Generate(ctx, openai.ImageGenerateParams{Prompt: report.Prompt})
		return nil, refused(err, 401, "invalid_api_key")
	})
	report.Feature("refusal", func() ([]report.Picture, error) {
		_, err := generate(openai.ImageGenerateParams{Prompt: report.RefusedPrompt})
		return nil, refused(err, 400, "moderation_blocked")
	})
}

func refused(err error, status int, code string) error {
	var known *openai.Error
	if !errors.As(err, &known) {
		return fmt.Errorf("raised %T: %w", err, err)
	}
	return report.Refused(err, status, code, known.StatusCode, known.Code)
}
