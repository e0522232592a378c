import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.JsonValue;
import com.openai.errors.OpenAIServiceException;
import com.openai.models.images.ImageEditParams;
import com.openai.models.images.ImageGenStreamEvent;
import com.openai.models.images.ImageGenerateParams;
import com.openai.models.images.ImagesResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;

/** Draws, edits and streams with the official Java SDK. */
public final class Draw {
    private static final String MODEL = "gpt-image-1";

    public static void main(String[] arguments) throws IOException {
        OpenAIClient client = OpenAIOkHttpClient.builder()
                .baseUrl(System.getenv().getOrDefault("PLANTAIN_BASE_URL", "http://127.0.0.1:4747/v1"))
                .apiKey(System.getenv("PLANTAIN_API_KEY"))
                .build();
        try {
            draw(client);
            edit(client);
            stream(client);
        } catch (OpenAIServiceException error) {
            // A refusal is an error with code `moderation_blocked`, never an empty answer.
            System.err.println("error: " + error.code().orElse("") + ": " + error.getMessage());
            System.exit(1);
        } finally {
            client.close();
        }
    }

    private static void draw(OpenAIClient client) throws IOException {
        // Fields that the SDK does not know are put beside those that it does.
        ImagesResponse response = client.images().generate(ImageGenerateParams.builder()
                .model(MODEL)
                .prompt("A cute baby sea otter")
                .responseFormat(ImageGenerateParams.ResponseFormat.B64_JSON)
                .putAdditionalBodyProperty("aspect_ratio", JsonValue.from("1:1"))
                .build());
        save("otter.png", picture(response));
        System.out.println("drawn: otter.png");
    }

    private static void edit(OpenAIClient client) throws IOException {
        // imageOfInputStreams sends several references; mask limits where the picture may change.
        ImagesResponse response = client.images().edit(ImageEditParams.builder()
                .model(MODEL)
                .image(Path.of("otter.png"))
                .prompt("The otter wears a red woollen hat")
                .build());
        save("otter-hat.png", picture(response));
        System.out.println("edited: otter-hat.png");
    }

    private static void stream(OpenAIClient client) throws IOException {
        ImageGenerateParams params = ImageGenerateParams.builder()
                .model(MODEL)
                .prompt("A cute baby sea otter at night, under the stars")
                .partialImages(1)
                .build();
        try (var events = client.images().generateStreaming(params)) {
            for (var event : (Iterable<ImageGenStreamEvent>) events.stream()::iterator) {
                if (event.isGenerationCompleted()) {
                    save("otter-night.png", event.asGenerationCompleted().b64Json());
                    System.out.println("streamed: otter-night.png");
                } else {
                    System.out.println("draft " + event.asGenerationPartialImage().partialImageIndex() + " has arrived");
                }
            }
        }
    }

    private static String picture(ImagesResponse response) {
        return response.data().orElseThrow().get(0).b64Json().orElseThrow();
    }

    private static void save(String name, String base64) throws IOException {
        Files.write(Path.of(name), Base64.getDecoder().decode(base64));
    }
}
