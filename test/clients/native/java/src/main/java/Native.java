import com.google.genai.Client;
import com.google.genai.errors.ApiException;
import com.google.genai.types.Content;
import com.google.genai.types.File;
import com.google.genai.types.GenerateContentConfig;
import com.google.genai.types.GenerateContentResponse;
import com.google.genai.types.GoogleSearch;
import com.google.genai.types.HttpOptions;
import com.google.genai.types.HttpRetryOptions;
import com.google.genai.types.ImageConfig;
import com.google.genai.types.ListFilesConfig;
import com.google.genai.types.ListModelsConfig;
import com.google.genai.types.Part;
import com.google.genai.types.Tool;
import com.google.genai.types.UploadFileConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Google's Java SDK against a running Plantain: PLANTAIN_URL and PLANTAIN_KEY say which. One line a check. */
public final class Native {
  private static final String MODEL = "gemini-nano-banana-2.1";
  private static final String KEY = System.getenv("PLANTAIN_KEY");

  private interface Check {
    void run() throws Exception;
  }

  private static Client client(String key) {
    // Left to itself it asks five times, for most of a minute.
    HttpRetryOptions once = HttpRetryOptions.builder().attempts(1).build();
    HttpOptions options =
        HttpOptions.builder().baseUrl(System.getenv("PLANTAIN_URL")).retryOptions(once).build();
    return Client.builder().apiKey(key).httpOptions(options).build();
  }

  private static void expectPicture(GenerateContentResponse answer) {
    boolean found =
        answer.parts().stream()
            .anyMatch(part -> part.inlineData().flatMap(blob -> blob.data()).map(data -> data.length > 1000).orElse(false));
    if (!found) throw new AssertionError("no picture");
  }

  private static void generate() {
    GenerateContentConfig config =
        GenerateContentConfig.builder()
            .responseModalities("IMAGE")
            .imageConfig(ImageConfig.builder().aspectRatio("16:9").build())
            .build();
    expectPicture(client(KEY).models.generateContent(MODEL, "a red fox", config));
  }

  private static void edit() throws Exception {
    byte[] picture = Files.readAllBytes(Path.of(System.getenv("PLANTAIN_PICTURE")));
    Content content = Content.fromParts(Part.fromBytes(picture, "image/png"), Part.fromText("make it green"));
    expectPicture(client(KEY).models.generateContent(MODEL, content, null));
  }

  private static void stream() {
    int pictures = 0;
    try (var answers = client(KEY).models.generateContentStream(MODEL, "a red fox", null)) {
      for (GenerateContentResponse answer : answers) {
        List<Part> parts = answer.parts() == null ? List.of() : answer.parts();
        for (Part part : parts) if (part.inlineData().isPresent()) pictures++;
      }
    }
    if (pictures == 0) throw new AssertionError("no picture");
  }

  private static void files() {
    Client own = client(KEY);
    UploadFileConfig config = UploadFileConfig.builder().mimeType("image/png").build();
    File file = own.files.upload(System.getenv("PLANTAIN_PICTURE"), config);
    Content content =
        Content.fromParts(
            Part.fromUri(file.uri().orElseThrow(), file.mimeType().orElseThrow()), Part.fromText("make it green"));
    expectPicture(own.models.generateContent(MODEL, content, null));
    boolean isListed = false;
    for (File one : own.files.list(ListFilesConfig.builder().build())) isListed |= one.name().equals(file.name());
    if (!isListed) throw new AssertionError("the file is not listed");
    String name = file.name().orElseThrow();
    own.files.delete(name, null);
    fails(403, "PERMISSION_DENIED", "You do not have permission", () -> own.files.get(name, null));
  }

  private static void countAndList() {
    if (client(KEY).models.countTokens(MODEL, "a red fox", null).totalTokens().orElse(0) == 0)
      throw new AssertionError("no count");
    boolean isListed = false;
    for (var model : client(KEY).models.list(ListModelsConfig.builder().pageSize(2).build()))
      isListed |= model.name().orElse("").equals("models/" + MODEL);
    if (!isListed) throw new AssertionError("the model is not listed");
    client(KEY).models.get(MODEL, null);
  }

  private static void fails(int code, String status, String words, Check call) {
    try {
      call.run();
    } catch (ApiException error) {
      if (error.code() == code && error.status().equals(status) && error.message().contains(words)) return;
      throw new AssertionError(code + " expected, got: " + error, error);
    } catch (Exception error) {
      throw new AssertionError(code + " expected, got: " + error, error);
    }
    throw new AssertionError(code + " expected");
  }

  private static void documentedErrors() throws Exception {
    fails(400, "INVALID_ARGUMENT", "API key not valid", () -> client("wrong").models.generateContent(MODEL, "a fox", null));
    fails(404, "NOT_FOUND", "models/gemini-x is not found", () -> client(KEY).models.generateContent("gemini-x", "a fox", null));
    GenerateContentConfig two = GenerateContentConfig.builder().candidateCount(2).build();
    fails(400, "INVALID_ARGUMENT", "Multiple candidates", () -> client(KEY).models.generateContent(MODEL, "a fox", two));
    Tool search = Tool.builder().googleSearch(GoogleSearch.builder().build()).build();
    GenerateContentConfig searching = GenerateContentConfig.builder().tools(search).build();
    fails(400, "INVALID_ARGUMENT", "googleSearch", () -> client(KEY).models.generateContent(MODEL, "a fox", searching));
    fails(503, "UNAVAILABLE", "overloaded", () -> client(KEY).models.generateContent(MODEL, "a fox [scenario: overloaded]", null));
    fails(429, "RESOURCE_EXHAUSTED", "", () -> client(KEY).models.generateContent(MODEL, "a fox [scenario: rate-limit 1]", null));
    Thread.sleep(2000);
    fails(402, "RESOURCE_EXHAUSTED", "", () -> client(KEY).models.generateContent(MODEL, "a fox [scenario: credits-depleted]", null));
  }

  public static void main(String[] args) {
    Map<String, Check> checks = new LinkedHashMap<>();
    checks.put("generate", Native::generate);
    checks.put("edit", Native::edit);
    checks.put("stream", Native::stream);
    checks.put("files", Native::files);
    checks.put("countAndList", Native::countAndList);
    checks.put("documentedErrors", Native::documentedErrors);
    int failures = 0;
    for (var check : checks.entrySet()) {
      try {
        check.getValue().run();
        System.out.println("ok " + check.getKey());
      } catch (Throwable failure) {
        failures++;
        System.out.println("FAIL " + check.getKey() + ": " + failure);
      }
    }
    System.exit(failures == 0 ? 0 : 1);
  }
}
