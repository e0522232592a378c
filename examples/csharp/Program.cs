// Draws and edits with the official .NET SDK.
using System.ClientModel;
using OpenAI;
using OpenAI.Images;

var baseUrl = Environment.GetEnvironmentVariable("PLANTAIN_BASE_URL") ?? "http://127.0.0.1:4747/v1";
var key = Environment.GetEnvironmentVariable("PLANTAIN_API_KEY")
    ?? throw new InvalidOperationException("Set PLANTAIN_API_KEY to a key of your server.");

ImageClient client = new(
    model: "gpt-image-1",
    credential: new ApiKeyCredential(key),
    options: new OpenAIClientOptions { Endpoint = new Uri(baseUrl) });

try
{
    // GeneratedImageSize takes any width and height; the nearest that the model draws is taken.
    GeneratedImage drawn = await client.GenerateImageAsync(
        "A cute baby sea otter",
        new ImageGenerationOptions
        {
            Size = GeneratedImageSize.W1024xH1024,
            ResponseFormat = GeneratedImageFormat.Bytes,
        });
    await File.WriteAllBytesAsync("otter.png", drawn.ImageBytes.ToArray());
    Console.WriteLine("drawn: otter.png");

    GeneratedImage edited = await client.GenerateImageEditAsync(
        "otter.png",
        "The otter wears a red woollen hat",
        new ImageEditOptions { ResponseFormat = GeneratedImageFormat.Bytes });
    await File.WriteAllBytesAsync("otter-hat.png", edited.ImageBytes.ToArray());
    Console.WriteLine("edited: otter-hat.png");
}
catch (ClientResultException error)
{
    // A refusal is an error with code `moderation_blocked`, never an empty answer.
    Console.Error.WriteLine($"error: {error.Message}");
    Environment.ExitCode = 1;
}
