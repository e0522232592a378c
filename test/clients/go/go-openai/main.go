// github.com/sashabaranov/go-openai against Plantain.
package main

import (
	"context"
	"errors"
	"fmt"

	openai "github.com/sashabaranov/go-openai"

	"plantain.test/clients/report"
)

func main() {
	ctx := context.Background()
	client := clientWith(report.Key)

	generate := func(request openai.ImageRequest) (openai.ImageResponse, error) {
		if request.Model == "" {
			request.Model = report.Model
		}
		if request.Prompt == "" {
			request.Prompt = report.Prompt
		}
		answer, err := client.CreateImage(ctx, request)
		if err == nil && len(answer.Data) == 0 {
			err = errors.New("no picture in the answer")
		}
		return answer, err
	}

	report.Feature("generate", func() ([]report.Picture, error) {
		answer, err := generate(openai.ImageRequest{ResponseFormat: openai.CreateImageResponseFormatB64JSON, N: 1})
		if err != nil {
			return nil, err
		}
		if answer.Usage.TotalTokens == 0 || answer.Created == 0 {
			return nil, errors.New("usage or created is missing")
		}
		return report.Base64(answer.Data[0].B64JSON, report.Square)
	})
	// The request is a fixed struct, so the ratio rides on the model's name.
	report.Feature("ratio", func() ([]report.Picture, error) {
		answer, err := generate(openai.ImageRequest{Model: report.Model + "-16x9"})
		if err != nil {
			return nil, err
		}
		return report.Base64(answer.Data[0].B64JSON, report.Wide)
	})
	report.Feature("n", func() ([]report.Picture, error) {
		answer, err := generate(openai.ImageRequest{N: 2})
		if err != nil {
			return nil, err
		}
		if len(answer.Data) != 2 {
			return nil, fmt.Errorf("%d pictures, not 2", len(answer.Data))
		}
		return report.Base64(answer.Data[1].B64JSON, report.Square)
	})
	report.Feature("url", func() ([]report.Picture, error) {
		answer, err := generate(openai.ImageRequest{ResponseFormat: openai.CreateImageResponseFormatURL})
		if err != nil {
			return nil, err
		}
		return report.Link(answer.Data[0].URL, report.Square)
	})
	report.Feature("edit", func() ([]report.Picture, error) {
		answer, err := client.CreateEditImage(ctx, openai.ImageEditRequest{
			Image: report.Input("first.png"), Prompt: "Add a hat", Model: report.Model, N: 1, Size: "1024x1024", ResponseFormat: "b64_json",
		})
		if err != nil {
			return nil, err
		}
		return report.Base64(answer.Data[0].B64JSON, report.Square)
	})
	// Without size and response_format it sends them as empty fields, and without N a zero.
	report.Feature("mask", func() ([]report.Picture, error) {
		answer, err := client.CreateEditImage(ctx, openai.ImageEditRequest{
			Image: report.Input("first.png"), Mask: report.Input("mask.png"), Prompt: "A sunflower", Model: report.Model,
		})
		if err != nil {
			return nil, err
		}
		return report.Masked(report.Base64(answer.Data[0].B64JSON, report.Square))
	})
	report.Feature("models", func() ([]report.Picture, error) {
		list, err := client.ListModels(ctx)
		if err != nil {
			return nil, err
		}
		names := []string{}
		for _, model := range list.Models {
			names = append(names, model.ID)
		}
		return nil, report.CheckNames(names)
	})
	report.Feature("wrong key", func() ([]report.Picture, error) {
		_, err := clientWith(report.WrongKey).CreateImage(ctx, openai.ImageRequest{Prompt: report.Prompt})
		return nil, refused(err, 401, "invalid_api_key")
	})
	report.Feature("refusal", func() ([]report.Picture, error) {
		_, err := generate(openai.ImageRequest{Prompt: report.RefusedPrompt})
		return nil, refused(err, 400, "moderation_blocked")
	})
	report.Unsupported("stream", "edit 2", "edit stream")
}

func clientWith(key string) *openai.Client {
	config := openai.DefaultConfig(key)
	config.BaseURL = report.BaseURL
	return openai.NewClientWithConfig(config)
}

func refused(err error, status int, code string) error {
	var known *openai.APIError
	if !errors.As(err, &known) {
		return fmt.Errorf("raised %T: %w", err, err)
	}
	return report.Refused(err, status, code, known.HTTPStatusCode, fmt.Sprint(known.Code))
}
