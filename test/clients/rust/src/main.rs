//! async-openai against Plantain: the strictest parser of answers there is.

use async_openai::{
    Client,
    config::OpenAIConfig,
    error::OpenAIError,
    types::images::{
        CreateImageEditRequest, CreateImageEditRequestArgs, CreateImageRequest,
        CreateImageRequestArgs, Image, ImageEditInput, ImageEditStreamEvent, ImageGenStreamEvent,
        ImageInput, ImageModel, ImageOutputFormat, ImageResponseFormat, ImageSize, ImagesResponse,
    },
};
use base64::Engine;
use futures::StreamExt;
use serde_json::{Value, json};
use std::{env, fs, future::Future, path::PathBuf};

const MODEL: &str = "gemini-2.5-flash-image";
const PROMPT: &str = "A cute baby sea otter";
const REFUSED: &str = "A cute baby sea otter [scenario: image-safety]";

type Failure = Box<dyn std::error::Error>;
type Pictures = Result<Vec<Value>, Failure>;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let client = client_with(&setting("PLANTAIN_API_KEY"));
    let images = client.images();

    feature("generate", async {
        let answer = images.generate(generation()?).await?;
        let usage = answer.usage.as_ref().ok_or("usage is missing")?;
        if usage.total_tokens != usage.input_tokens + usage.output_tokens {
            return Err("usage does not add up".into());
        }
        pictures(&answer, "1024x1024", false)
    })
    .await;
    // The request is a fixed struct, so the ratio rides on `size`.
    feature("ratio", async {
        let mut request = generation()?;
        request.size = Some(ImageSize::Other("16:9".into()));
        pictures(&images.generate(request).await?, "1344x768", false)
    })
    .await;
    feature("n", async {
        let mut request = generation()?;
        request.n = Some(2);
        let answer = images.generate(request).await?;
        if answer.data.len() != 2 {
            return Err(format!("{} pictures, not 2", answer.data.len()).into());
        }
        pictures(&answer, "1024x1024", false)
    })
    .await;
    feature("url", async {
        let request = CreateImageRequestArgs::default()
            .model(ImageModel::Other(MODEL.into()))
            .prompt(PROMPT)
            .response_format(ImageResponseFormat::Url)
            .build()?;
        let answer = images.generate(request).await?;
        // The crate fetches the links itself and names the files after them.
        let files = answer.save(setting("PLANTAIN_CLIENT_OUTPUT")).await?;
        Ok(files.iter().map(|file| picture(file, "1024x1024", false)).collect())
    })
    .await;
    feature("stream", async {
        let mut events = images.generate_stream(generation()?).await?;
        let mut completed = None;
        while let Some(event) = events.next().await {
            if let ImageGenStreamEvent::Completed(event) = event? {
                completed = Some(event.b64_json);
            }
        }
        Ok(vec![written(&completed.ok_or("no completed event")?, "1024x1024", false)?])
    })
    .await;
    feature("edit", async {
        // `output_compression` goes out twice in every edit that has one.
        let mut request = edit(vec!["first.png"])?;
        request.output_format = Some(ImageOutputFormat::Png);
        request.output_compression = Some(90);
        pictures(&images.edit(request).await?, "1024x1024", false)
    })
    .await;
    feature("edit 2", async {
        let request = edit(vec!["first.png", "second.jpg"])?;
        pictures(&images.edit(request).await?, "1024x1024", false)
    })
    .await;
    feature("mask", async {
        let mut request = edit(vec!["first.png"])?;
        request.size = None;
        request.mask = Some(input("mask.png"));
        pictures(&images.edit(request).await?, "1024x1024", true)
    })
    .await;
    feature("edit stream", async {
        let mut events = images.edit_stream(edit(vec!["first.png"])?).await?;
        let mut completed = None;
        while let Some(event) = events.next().await {
            if let ImageEditStreamEvent::Completed(event) = event? {
                completed = Some(event.b64_json);
            }
        }
        Ok(vec![written(&completed.ok_or("no completed event")?, "1024x1024", false)?])
    })
    .await;
    feature("models", async {
        let names: Vec<String> = client.models().list().await?.data.into_iter().map(|model| model.id).collect();
        for name in [MODEL, "gemini-3-pro-image", "dall-e-3"] {
            if !names.iter().any(|known| known == name) {
                return Err(format!("the list of models lacks {name}").into());
            }
        }
        client.models().retrieve(MODEL).await?;
        Ok(vec![])
    })
    .await;
    feature("wrong key", async {
        let stranger = client_with(&format!("sk-{}", "0".repeat(48)));
        refused(stranger.images().generate(generation()?).await, 401, "invalid_api_key")
    })
    .await;
    feature("refusal", async {
        let mut request = generation()?;
        request.prompt = REFUSED.into();
        refused(images.generate(request).await, 400, "moderation_blocked")
    })
    .await;
}

async fn feature(name: &str, attempt: impl Future<Output = Pictures>) {
    let result = match attempt.await {
        Ok(pictures) => json!({"feature": name, "status": "pass", "pictures": pictures}),
        Err(error) => {
            let detail: String = error.to_string().chars().take(1000).collect();
            json!({"feature": name, "status": "fail", "detail": detail})
        }
    };
    println!("@result {result}");
}

fn generation() -> Result<CreateImageRequest, OpenAIError> {
    CreateImageRequestArgs::default().model(ImageModel::Other(MODEL.into())).prompt(PROMPT).build()
}

fn edit(names: Vec<&str>) -> Result<CreateImageEditRequest, OpenAIError> {
    let mut inputs: Vec<ImageInput> = names.into_iter().map(input).collect();
    let image = match inputs.len() {
        1 => ImageEditInput::Image(inputs.remove(0)),
        _ => ImageEditInput::Images(inputs),
    };
    CreateImageEditRequestArgs::default()
        .image(image)
        .model(ImageModel::Other(MODEL.into()))
        .prompt("Add a hat")
        .size(ImageSize::S1024x1024)
        .build()
}

fn pictures(answer: &ImagesResponse, size: &str, masked: bool) -> Pictures {
    answer
        .data
        .iter()
        .map(|image| match image.as_ref() {
            Image::B64Json { b64_json, .. } => written(b64_json, size, masked),
            Image::Url { url, .. } => Err(format!("a link instead of base64: {url}").into()),
        })
        .collect()
}

fn written(base64: &str, size: &str, masked: bool) -> Result<Value, Failure> {
    use std::sync::atomic::{AtomicUsize, Ordering};
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    let name = format!("{}.picture", COUNT.fetch_add(1, Ordering::Relaxed));
    let file = PathBuf::from(setting("PLANTAIN_CLIENT_OUTPUT")).join(name);
    fs::write(&file, base64::engine::general_purpose::STANDARD.decode(base64)?)?;
    Ok(picture(&file, size, masked))
}

fn picture(file: &std::path::Path, size: &str, masked: bool) -> Value {
    json!({"file": file, "size": size, "format": "png", "masked": masked})
}

fn input(name: &str) -> ImageInput {
    PathBuf::from(setting("PLANTAIN_CLIENT_INPUT")).join(name).into()
}

fn refused<T: std::fmt::Debug>(answer: Result<T, OpenAIError>, status: u16, code: &str) -> Pictures {
    match answer {
        Err(OpenAIError::ApiError(error))
            if error.status_code.as_u16() == status && error.api_error.code.as_deref() == Some(code) =>
        {
            Ok(vec![])
        }
        other => Err(format!("got {other:?}").into()),
    }
}

fn client_with(key: &str) -> Client<OpenAIConfig> {
    let config = OpenAIConfig::new().with_api_base(setting("PLANTAIN_BASE_URL")).with_api_key(key);
    Client::with_config(config)
}

fn setting(name: &str) -> String {
    env::var(name).unwrap_or_default()
}
